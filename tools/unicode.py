"""Writes runtime/src/types/str/unicode_table.rs from the Unicode data of the Python that runs it.

    python3.14 tools/unicode.py > runtime/src/types/str/unicode_table.rs
"""

import unicodedata

FLAGS = ["ALPHA", "DECIMAL", "DIGIT", "NUMERIC", "LOWER", "UPPER", "TITLE", "SPACE", "PRINTABLE",
         "XID_START", "XID_CONTINUE", "CASE_IGNORABLE"]
LETTERS = {"Lm", "Lt", "Lu", "Ll", "Lo"}


def is_case_ignorable(c):
    if c.islower() or c.isupper() or c.istitle():
        return (" " + c + "Σ").lower()[-1] == "σ"
    return ("a" + c + "Σ").lower()[-1] == "ς"


def delta(c, mapped):
    return ord(mapped) - ord(c) if len(mapped) == 1 else 0


records, special, index = {}, [], []
for cp in range(0x110000):
    c = chr(cp)
    bits = [c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.islower(), c.isupper(),
            unicodedata.category(c) == "Lt", c.isspace(), c.isprintable(), c.isidentifier(),
            ("a" + c).isidentifier(), is_case_ignorable(c)]
    flags = sum(1 << i for i, b in enumerate(bits) if b)
    maps = [c.upper(), c.lower(), c.title(), c.casefold()]
    for kind, mapped in enumerate(maps):
        if len(mapped) > 1:
            special.append((cp, kind, mapped))
            flags |= 1 << len(FLAGS)
    record = (flags, unicodedata.decimal(c, 0), *(delta(c, m) for m in maps))
    index.append(records.setdefault(record, len(records)))


def split(table, size):
    blocks, out = {}, []
    for i in range(0, len(table), size):
        block = tuple(table[i:i + size])
        out.append(blocks.setdefault(block, len(blocks)))
    return out, [n for block in blocks for n in block]


middle, low = split(index, 16)
high, middle = split(middle, 32)


def array(name, doc, table):
    kind = "u8" if max(table) < 256 else "u16"
    print(f"/// {doc}\npub static {name}: [{kind}; {len(table)}] = [")
    line = "   "
    for n in table:
        if len(line) + len(str(n)) > 98:
            print(line)
            line = "   "
        line += f" {n},"
    print(line + "\n];\n")


print(f"""//! Properties and case mappings of characters: Unicode {unicodedata.unidata_version}.
//!
//! Written by `tools/unicode.py`; run it again for another version. Data: Unicode Character
//! Database, under the Unicode License v3.

/// What is known of a character.
pub struct Record {{
    /// Of the constants below.
    pub flags: u16,
    /// Value of a decimal digit.
    pub decimal: u8,
    /// What to add for the upper, lower, title case and for the case folding.
    pub delta: [i32; 4],
}}
""")
for i, name in enumerate(FLAGS + ["SPECIAL_CASE"]):
    print(f"pub const {name}: u16 = 1 << {i};")
print(f"\n/// Records by number.\npub static RECORDS: [Record; {len(records)}] = [")
for flags, decimal, *deltas in records:
    print(f"    Record {{ flags: {flags}, decimal: {decimal}, delta: {deltas} }},")
print("];\n")
array("HIGH", "Block of `MIDDLE` by code point / 512.", high)
array("MIDDLE", "Block of `LOW` by block and the next five bits.", middle)
array("LOW", "Record by block and the last four bits.", low)
print("/// Mappings to several characters: code point, kind (as in `Record::delta`), text. Sorted.")
print(f"pub static SPECIAL: [(u32, u8, &str); {len(special)}] = [")
for cp, kind, mapped in special:
    text = "".join(f"\\u{{{ord(c):x}}}" for c in mapped)
    print(f'    ({cp:#x}, {kind}, "{text}"),')
print("];")
