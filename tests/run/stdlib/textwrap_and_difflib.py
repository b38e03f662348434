# textwrap in all settings; difflib's ratios, diffs and matching.
import difflib
import textwrap as tw


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


text = "The quick brown-fox jumped over a verylongwordindeed lazy dog.  Twice.\tTab here\nnew line"
for kw in ({}, {"width": 20}, {"width": 10, "break_long_words": False}, {"width": 12, "break_on_hyphens": False}, {"width": 20, "initial_indent": "* ", "subsequent_indent": "  "}, {"width": 20, "max_lines": 2}, {"width": 20, "max_lines": 2, "placeholder": "~"}, {"width": 25, "fix_sentence_endings": True}, {"width": 30, "expand_tabs": False, "replace_whitespace": False}, {"width": 15, "drop_whitespace": False}, {"width": 20, "tabsize": 2}):
    print(tw.wrap(text, **kw))
t(lambda: tw.wrap("a", 0), lambda: tw.wrap("", 5), lambda: tw.wrap("a b", 1), lambda: tw.fill("a b c", 3), lambda: tw.shorten("hello big world", 12), lambda: tw.shorten("hello", 2), lambda: tw.shorten("hello world", 8, placeholder=".."), lambda: tw.dedent("  a\n   b\n\n  c"), lambda: tw.dedent("\ta\n  b"), lambda: tw.dedent("  \n a"), lambda: tw.indent("a\n\nb\n", "> "), lambda: tw.indent("a\n\nb", "> ", lambda l: True), lambda: tw.dedent(5), lambda: tw.wrap("a", 5, max_lines=1, placeholder="too long"), lambda: tw.wrap(5), lambda: tw.TextWrapper(width=5).wrap("aaaa bbbb"))
a, b = "one\ntwo\nthree\nfour\n".splitlines(True), "one\ntoo\nthree\nfive\nfour\n".splitlines(True)
print("".join(difflib.unified_diff(a, b, "a", "b", n=1)), "".join(difflib.context_diff(a, b, "a", "b")), "".join(difflib.ndiff(a, b)), sep="---\n")
s = difflib.SequenceMatcher(None, "qabxcd", "abycdf")
print(round(s.ratio(), 4), s.quick_ratio(), s.real_quick_ratio(), s.get_opcodes(), s.get_matching_blocks(), s.find_longest_match(0, 6, 0, 6), list(s.get_grouped_opcodes(1)))
t(lambda: difflib.get_close_matches("appel", ["ape", "apple", "peach"]), lambda: difflib.get_close_matches("a", [], 0), lambda: difflib.get_close_matches("a", ["b"], cutoff=2), lambda: "".join(difflib.restore(list(difflib.ndiff(a, b)), 1)), lambda: list(difflib.unified_diff([], [])), lambda: list(difflib.unified_diff(["a\n"], [], lineterm="")), lambda: list(difflib.unified_diff([1], [2])), lambda: list(difflib.diff_bytes(difflib.unified_diff, [b"a"], [b"b"], b"x", b"y")), lambda: difflib.SequenceMatcher(lambda c: c == " ", " abcd", "abcd abcd").find_longest_match(), lambda: difflib.IS_LINE_JUNK("\n"), lambda: len(difflib.HtmlDiff().make_table(a, b)) > 500, lambda: difflib.SequenceMatcher(a=[1, 2], b=[2, 1]).ratio())
