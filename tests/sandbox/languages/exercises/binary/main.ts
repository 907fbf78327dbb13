import { readFileSync } from "node:fs";

const n: number = Number(readFileSync(0, "utf8"));
const digits: number[] = [];
for (let rest = n; rest > 0 || digits.length === 0; rest >>= 1) { //~slow for (let rest = n; rest > 0 || digits.length === 0; rest >>= 0) {
  digits.unshift(rest & 1); //~wrong digits.push(rest & 1);
  //~slow digits.length = 0;
  //~crash new Array(-digits.length);
}
console.log(digits.join(""));
