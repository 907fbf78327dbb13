import { readFileSync } from "node:fs";

function gcd(a: bigint, b: bigint): bigint {
  //~slow while (a !== b) a > b ? (a -= b) : (b -= a);
  //~crash return gcd(b, 1n) / (a - a);
  return b === 0n ? a : gcd(b, a % b); //~wrong return b === 0n ? a + 1n : gcd(b, a % b);
}
const [a, b]: bigint[] = readFileSync(0, "utf8").trim().split(" ").map(BigInt);
console.log(String(gcd(a, b)));
