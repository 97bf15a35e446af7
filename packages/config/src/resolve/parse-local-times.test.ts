import { describe, expect, it } from "vitest";
import { parseLocalTimes } from "./parse-local-times.js";

const read = (text: string) => {
  const parsed = parseLocalTimes(text);
  return parsed.ok ? parsed.value : parsed.error;
};
const EXPECTED = "write weekdays, clock times and a zone, such as `mon-fri 22:00-06:00 Europe/Berlin`";

describe("local times in one line", () => {
  it("have weekdays, clock times and a zone, in any order", () => {
    const office = [{ location: "Europe/Berlin", weekdays: [[1, 5]], times: [[540, 1020]] }];
    expect(read("mon-fri 09:00-17:00 Europe/Berlin")).toEqual(office);
    expect(read("  Europe/Berlin  09:00-17:00 Mon-Fri ")).toEqual(office);
    expect(read("sat,sun")).toEqual([
      {
        location: "UTC",
        weekdays: [
          [0, 0],
          [6, 6],
        ],
      },
    ]);
    expect(read("02:00-03:00,14:00-24:00 UTC")).toEqual([
      {
        location: "UTC",
        times: [
          [120, 180],
          [840, 1440],
        ],
      },
    ]);
  });

  it("run past midnight into the next weekday", () => {
    expect(read("fri 22:00-06:00 Asia/Tokyo")).toEqual([
      { location: "Asia/Tokyo", weekdays: [[5, 5]], times: [[1320, 1440]] },
      { location: "Asia/Tokyo", weekdays: [[6, 6]], times: [[0, 360]] },
    ]);
  });

  it.each([
    ["mon-fry 09:00-17:00", `found \`mon-fry\`; ${EXPECTED}`],
    ["mon 9-17", `found \`9-17\`; ${EXPECTED}`],
    ["mon Europe/Berlino", `found \`Europe/Berlino\`; ${EXPECTED}`],
    ["Europe/Berlin,UTC mon", `found \`Europe/Berlin,UTC\`; ${EXPECTED}`],
    ["", `found \`\`; ${EXPECTED}`],
    ["UTC", `it says no weekday and no time; ${EXPECTED}`],
    ["mon fri", "`fri` says again what was said before; join them with commas, without spaces"],
  ])("say of %j what is wrong with it", (text, said) => {
    expect(read(text)).toBe(said);
  });
});
