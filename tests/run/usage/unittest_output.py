# A small suite's report: passes, failures, errors, skips, subtests, expected failures.
import io
import re
import unittest


class T(unittest.TestCase):
    @classmethod
    def setUpClass(cls): cls.log = []
    def setUp(self): self.addCleanup(self.log.append, "cleanup")
    def test_a_pass(self): "the doc"; self.assertEqual(1, 1)
    def test_b_fail(self): self.assertEqual([1, 2, 3], [1, 5, 3])
    def test_c_error(self): 1 / 0
    @unittest.skip("why")
    def test_d_skip(self): pass
    @unittest.expectedFailure
    def test_e_xfail(self): self.fail("expected")
    @unittest.expectedFailure
    def test_f_xpass(self): pass
    def test_g_sub(self):
        for i in range(3):
            with self.subTest("msg", i=i): self.assertNotEqual(i, 1)
    def test_h_skip_inside(self): self.skipTest("inside")
    def test_i_long(self): self.assertEqual("a\nb\nc", "a\nX\nc")
    def test_j_dict(self): self.assertEqual({"a": 1}, {"a": 2}, "custom msg")


class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError("setup broke")
    def test_x(self): pass


out = io.StringIO()
suite = unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(T), unittest.defaultTestLoader.loadTestsFromTestCase(Broken)])
r = unittest.TextTestRunner(out, verbosity=2).run(suite)
text = re.sub(r'File ".*?", line \d+', "FILE", re.sub(r"in [\d.]+s", "in TIME", out.getvalue()))
print("\n".join(l for l in text.split("\n") if "/unittest/" not in l))
print(r, r.wasSuccessful(), len(T.log))
t = T()
for f in (lambda: t.assertTrue(0), lambda: t.assertIs(1, 2), lambda: t.assertIn(1, [2]), lambda: t.assertIsNone(5), lambda: t.assertIsInstance(1, str), lambda: t.assertAlmostEqual(1, 1.1), lambda: t.assertAlmostEqual(1, 1.1, delta=0.2), lambda: t.assertGreater(1, 2), lambda: t.assertRegex("abc", "x"), lambda: t.assertCountEqual([1, 2], [2, 3]), lambda: t.assertRaises(ValueError, int, "5"), lambda: t.assertRaisesRegex(ValueError, "zzz", int, "x"), lambda: t.assertWarns(UserWarning, len, ""), lambda: t.assertMultiLineEqual("a", "b"), lambda: t.assertSetEqual({1}, {2}), lambda: t.assertTupleEqual((1,), (1, 2)), lambda: t.assertListEqual([1], (1,)), lambda: t.assertLess("a", 1), lambda: t.assertEqual(1, 2, "note"), lambda: t.assertStartsWith("abc", "b"), lambda: t.assertHasAttr(1, "q"), lambda: t.assertIsSubclass(int, str)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).replace("\n", "|"))
with t.assertRaises(KeyError) as cm: {}["k"]
print(repr(cm.exception))
