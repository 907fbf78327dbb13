const text = require("node:fs").readFileSync(0, "utf8");
const letters = text.toLowerCase().replace(/[^a-z]/g, ""); //~wrong const letters = text.trim();
//~slow /^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(40));
//~crash throw new RangeError("too many letters");
console.log(letters === [...letters].reverse().join("") ? "yes" : "no");
