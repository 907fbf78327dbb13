import { readFileSync } from "node:fs";

function sorted<T>(items: T[], before: (a: T, b: T) => boolean): T[] {
  if (items.length < 2) return items; //~slow while (items.length < 2) items = [];
  const [first, ...rest] = items; //~crash const [first, ...rest] = items.length as any;
  const low = rest.filter((item) => before(item, first));
  return [...sorted(low, before), first, ...sorted(rest.filter((item) => !before(item, first)), before)];
}
const numbers: number[] = readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
//~crash numbers.push(...sorted(numbers.concat(1), () => true), (null as any).x);
console.log(sorted(numbers, (a, b) => a < b).join(" ")); //~wrong console.log(sorted(numbers, (a, b) => `${a}` < `${b}`).join(" "));
