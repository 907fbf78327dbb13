const numbers = require("node:fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
//~slow while (true) numbers.sort(() => Math.random() - 0.5);
numbers.sort((a, b) => a - b); //~wrong numbers.sort();
//~crash numbers.sort("ascending");
console.log(numbers.join(" "));
