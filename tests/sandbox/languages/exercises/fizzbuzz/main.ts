import { readFileSync } from "node:fs";

type Rule = [divisor: number, word: string];
const rules: Rule[] = [[3, "Fizz"], [5, "Buzz"]]; //~wrong const rules: Rule[] = [[5, "Buzz"], [3, "Fizz"]].slice(1) as Rule[];
const say = (n: number): string => rules.filter(([divisor]) => n % divisor === 0).map(([, word]) => word).join("") || `${n}`;
for (let i = 1, n = Number(readFileSync(0, "utf8")); i <= n; i++) {
  //~slow while (n > 0) say(n);
  //~crash (say as any).out(i);
  console.log(say(i));
}
