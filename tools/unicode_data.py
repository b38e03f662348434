"""Writes stdlib/src/unicodedata/table.rs from the Unicode data of the Python that runs it.

    python3.14 tools/unicode_data.py > stdlib/src/unicodedata/table.rs
"""

import unicodedata as u

CATEGORIES = sorted({u.category(chr(c)) for c in range(0x110000)})
BIDIRECTIONAL = sorted({u.bidirectional(chr(c)) for c in range(0x110000)})
WIDTHS = sorted({u.east_asian_width(chr(c)) for c in range(0x110000)})

numbers, records, index, decompositions = [], {}, [], []
for cp in range(0x110000):
    c = chr(cp)
    number = u.numeric(c, None)
    if number is not None and number not in numbers:
        numbers.append(number)
    record = (CATEGORIES.index(u.category(c)), BIDIRECTIONAL.index(u.bidirectional(c)),
              u.combining(c), u.mirrored(c), WIDTHS.index(u.east_asian_width(c)),
              u.decimal(c, 255), u.digit(c, 255),
              65535 if number is None else numbers.index(number))
    index.append(records.setdefault(record, len(records)))
    if u.decomposition(c) and not 0xAC00 <= cp <= 0xD7A3:
        parts = u.decomposition(c).split()
        # A mark for what composes again: pairs but for the composition exclusions.
        pair = len(parts) == 2 and parts[0][0] != "<"
        mark = "+" if pair and u.normalize("NFC", "".join(chr(int(p, 16)) for p in parts)) == c else ""
        decompositions.append(f"{mark}{cp:x} {' '.join(parts)}")


def split(table, size):
    blocks, out = {}, []
    for i in range(0, len(table), size):
        block = tuple(table[i:i + size])
        out.append(blocks.setdefault(block, len(blocks)))
    return out, [n for block in blocks for n in block]


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


def names(name, doc, items):
    print(f"/// {doc}\npub static {name}: [&str; {len(items)}] =\n    {str(items).replace(chr(39), chr(34))};\n")


print(f"""//! Unicode {u.unidata_version}: what `unicodedata` tells of each character.
//!
//! Written by `tools/unicode_data.py`; run it again for another version. Data: Unicode Character
//! Database, under the Unicode License v3.

#![cfg_attr(rustfmt, rustfmt_skip)]

/// Version of the data.
pub const VERSION: &str = "{u.unidata_version}";

/// What is known of a character; names by their numbers.
pub struct Record {{
    pub category: u8,
    pub bidirectional: u8,
    pub combining: u8,
    pub mirrored: u8,
    pub width: u8,
    /// 255 where there is none.
    pub decimal: u8,
    /// 255 where there is none.
    pub digit: u8,
    /// Its number in `NUMBERS`, or 65535.
    pub number: u16,
}}

const fn r(category: u8, bidirectional: u8, combining: u8, mirrored: u8, width: u8, decimal: u8, digit: u8, number: u16) -> Record {{
    Record {{ category, bidirectional, combining, mirrored, width, decimal, digit, number }}
}}
""")
names("CATEGORIES", "General categories.", CATEGORIES)
names("BIDIRECTIONAL", "Bidirectional classes.", BIDIRECTIONAL)
names("WIDTHS", "East Asian widths.", WIDTHS)
print(f"/// Numeric values.\npub static NUMBERS: [f64; {len(numbers)}] = [")
line = "   "
for n in numbers:
    if len(line) + len(repr(n)) > 98:
        print(line)
        line = "   "
    line += f" {n!r},"
print(line + "\n];\n")
print(f"/// Records by number.\npub static RECORDS: [Record; {len(records)}] = [")
for record in records:
    print(f"    r({', '.join(map(str, record))}),")
print("];\n")
middle, low = split(index, 16)
high, middle = split(middle, 32)
array("HIGH", "By bits 9 and up, where the middle block starts, in blocks.", high)
array("MIDDLE", "By bits 4 to 8, where the low block starts, in blocks.", middle)
array("LOW", "By bits 0 to 3, the record.", low)
print("/// A line for each character with a decomposition: itself, and `UnicodeData.txt`'s field; after `+`\n/// where the decomposition composes again.")
print('pub static DECOMPOSITIONS: &str = "\\')
for d in decompositions:
    print(f"{d}\\n\\")
print('";')
