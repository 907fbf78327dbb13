const words = require("node:fs").readFileSync(0, "utf8").split(/\s+/).filter(Boolean).map(Number);
const numbers = words.slice(1); //~wrong const numbers = words;
//~slow while (numbers.length < 1e15) {}
//~crash words[0].missing.property;
console.log(numbers.reduce((a, b) => a + b, 0));
