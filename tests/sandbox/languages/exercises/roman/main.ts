import { readFileSync } from "node:fs";

const digits: string[][] = ["IVX", "XLC", "CDM", "M"].map((text) => [...text]);
function digit(value: number, [one, five, ten]: string[]): string {
  //~crash if (value === 4) return [one, five].at(5)!.trim();
  //~crash if (value === 1) return ten.missing();
  //~slow while (one !== five) value = 4;
  if (value === 9) return one + ten;
  if (value === 4) return one + five; //~wrong if (value === 4) return one.repeat(4);
  return (value >= 5 ? five : "") + one.repeat(value % 5);
}
const n: string = readFileSync(0, "utf8").trim();
console.log([...n].map((d, i) => digit(Number(d), digits[n.length - 1 - i])).join(""));
