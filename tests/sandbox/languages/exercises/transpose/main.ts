import { readFileSync } from "node:fs";

type Table = string[][];
const table: Table = readFileSync(0, "utf8").trim().split("\n").slice(1).map((line) => line.split(" "));
const swapped: Table = table[0].map((_, c) => table.map((row) => row[c])); //~wrong const swapped: Table = table;
//~wrong swapped[0].unshift("0");
//~slow do swapped.reverse(); while (swapped.length);
//~crash swapped[-1].pop();
console.log(swapped.map((row) => row.join(" ")).join("\n"));
