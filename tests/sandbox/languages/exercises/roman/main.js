let n = Number(require("node:fs").readFileSync(0, "utf8"));
const values = { M: 1000, CM: 900, D: 500, CD: 400, C: 100, XC: 90, L: 50, XL: 40, X: 10, IX: 9, V: 5, IV: 4, I: 1 };
let numeral = "";
for (const [letters, value] of Object.entries(values)) { //~crash for (const [letters, value] of values) {
  while (n >= value) {
    numeral += letters; //~slow numeral = letters;
    n -= value; //~slow n -= value % 1;
  }
}
console.log(numeral); //~wrong console.log(numeral.toLowerCase());
