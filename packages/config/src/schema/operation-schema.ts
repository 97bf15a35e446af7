import { z } from "zod";
import { AUTOMATION_MODES, DEFAULT_AUTOMATION } from "@plimsoll/core";
import { choice, durationWithin, wholeNumber, words } from "./scalar.js";

const path = words("A folder, or a file, relative to this one.", "a path such as `runbooks`");

/** Where the runbooks are, as it is written. */
export const runbooksSchema = z.union([path, z.array(path).min(1, "The list is empty.")]).meta({
  description: "Folders or files of runbooks, relative to this file.",
  expected: "a path such as `runbooks`, or a list of paths",
});

/** What runs the steps of runbooks, as it is written; its keys belong to the program. */
export const runbookHostSchema = z
  .looseObject({})
  .meta({ description: "What the steps of runbooks may use on this host.", expected: "a map" });

/** What the engine may start by itself, as it is written. */
export const automationSchema = z
  .strictObject({
    mode: choice(
      AUTOMATION_MODES,
      "`observe` writes down what it would start and starts nothing; `act` starts runbooks of level 4 by itself.",
    ).default(DEFAULT_AUTOMATION.mode),
    attemptsPerDay: wholeNumber(
      "How often it may start one runbook for one service within 24 h; for one incident it is once, in any case.",
      { min: 1, max: 100 },
    ).default(DEFAULT_AUTOMATION.attemptsPerDay),
  })
  .meta({
    description: "Whether the engine starts runbooks by itself; it only observes when absent.",
    expected: "a map with `mode`",
  });

/** The dead-man ping, as it is written; the further keys belong to the program. */
export const deadManSchema = z
  .looseObject({
    every: durationWithin("How often it is called at most; never while something is wrong.", {
      example: "1m",
      min: "1m",
      max: "1d",
    }).prefault("1m"),
  })
  .meta({
    description: "Calls a service elsewhere while paging works; its silence is that service's alarm.",
    expected: "a map with `url`",
  });

/** How people are told, as it is written. */
export const deliverySchema = z
  .strictObject({
    throttle: z
      .strictObject({
        messages: wholeNumber("How many messages a contact gets in that time.", { min: 1, max: 10_000 }),
        per: durationWithin("The time.", { example: "1m", min: "1s", max: "1d" }),
      })
      .meta({
        description: "More than this are made one message; a page is never held back. 20 a minute when absent.",
        expected: "a map with `messages` and `per`",
      })
      .optional(),
  })
  .meta({ description: "How people are told.", expected: "a map with `throttle`" });
