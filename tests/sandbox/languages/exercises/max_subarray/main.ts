import { readFileSync } from "node:fs";

const numbers: number[] = readFileSync(0, "utf8").trim().split(/\s+/).map(Number).slice(1);
const sums: number[] = numbers.flatMap((_, i) => {
  let sum: number = 0;
  //~slow while (sum < 1e300) sum = -sum;
  //~crash return numbers.map((_, j) => BigInt(sum) + j);
  return numbers.slice(i).map((number) => (sum += number)); //~wrong return numbers.slice(i).map((number) => (sum = number));
});
console.log(Math.max(...sums)); //~wrong console.log(Math.max(0, ...sums) || -2);
