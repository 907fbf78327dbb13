import { readFileSync } from "node:fs";

class Line {
  constructor(private readonly words: string[]) {}
  reversed(): Line {
    //~crash return this.reversed();
    return new Line([...this.words].reverse()); //~wrong return new Line([...this.words].sort());
  }
  toString(): string {
    //~slow while (this.words) this.words.reverse();
    return this.words.join(" ");
  }
}
console.log(String(new Line(readFileSync(0, "utf8").trim().split(/\s+/)).reversed()));
