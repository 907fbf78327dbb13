import { readFileSync } from "node:fs";

function fibonacci(n: number): number {
  //~slow if (n > 1) return fibonacci(n - 1) + fibonacci(n - 2);
  let [a, b]: [number, number] = [0, 1]; //~wrong let [a, b]: [number, number] = [1, 1];
  //~crash const c: number = a + c;
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}
console.log(fibonacci(Number(readFileSync(0, "utf8"))));
