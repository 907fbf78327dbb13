const line = require("node:fs").readFileSync(0, "utf8").trim();
//~slow for (let i = 0; i >= 0; i = (i + 1) % 1000) {}
//~crash process.exit(3);
console.log(line.split(/\s+/).reverse().join(" ")); //~wrong console.log([...line].reverse().join(""));
