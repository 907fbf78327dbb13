import { readFileSync } from "node:fs";

const n: number = Number(readFileSync(0, "utf8"));
function isPrime(k: number): boolean {
  let divisors: number = 0;
  for (let d = 2; d * d <= k; d++) divisors += Number(k % d === 0); //~slow for (let d = 2; d < k; d++) divisors += Number(k % d === 0);
  return divisors === 0 && k > 1; //~wrong return divisors === 0;
}
let count: number = 0;
for (let k = 0; k <= n; k++) if (isPrime(k)) count++;
//~crash process.exit(count + 1);
console.log(count);
