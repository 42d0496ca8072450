// Rows that leave the page: what a spreadsheet gets.
import assert from "node:assert/strict";
import test from "node:test";
import { harmless, toCsv, toTsv } from "../../ibnb/widgets/js/src/tablechoice.js";

for (const [text, out] of [
  ["=1+1", "'=1+1"], ["@SUM(A1)", "'@SUM(A1)"], ["-2+3|cmd", "'-2+3|cmd"], ["\t=1", "'\t=1"], ["-12.5", "-12.5"], ["+5%", "+5%"], ["AAPL", "AAPL"],
  ["", ""], ["a=b", "a=b"],
]) {
  test(`${JSON.stringify(text)} is no formula any more`, () => assert.equal(harmless(text), out));
}

test("CSV as RFC 4180 has it", () => {
  assert.equal(toCsv([["a", "b"], ['x "y"', "1,5"], ["line\nbreak", ""]]), 'a,b\r\n"x ""y""","1,5"\r\n"line\nbreak",\r\n');
});

test("tab-separated text keeps one row a line", () => {
  assert.equal(toTsv([["a", "b"], ["x\ty", "line\r\nbreak"]]), "a\tb\nx y\tline break");
});
