import { readOverrides } from "@plimsoll/core";
import { z } from "zod";
import { calendarImportInputSchema, calendarImportSchema } from "../../api.js";
import { scheduleOverrideBody } from "../../present/on-call-body.js";
import { actorName } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { changeHeaders, expectedVersionOf, mismatched, seenBy, versionTag } from "../expected-version.js";
import { causeOfRequest, refuseReusedKey } from "../idempotency-key.js";
import { HttpProblem, refused } from "../problem.js";
import { knownSchedule, rangeAhead } from "../schedule-question.js";

const IMPORT_MS = 92 * 86_400_000; // as far as people plan ahead
// Room for a calendar of some thousand events.
const CALENDAR_LIMIT_BYTES = 1024 * 1024;
/** What an address has room for; a calendar's own names may be longer. */
export const LONGEST_OVERRIDE_ID = 200;
const byId = z.object({ id: z.string().max(200) });
const tags = ["on-call"];

/** Takes overrides from calendars that people keep elsewhere. */
export function overrideImportRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.post(
    "/schedules/:id/overrides/import",
    {
      bodyLimit: CALENDAR_LIMIT_BYTES,
      config: { needs: "responder" },
      schema: {
        summary: "Take overrides from a calendar; the same calendar again adds nothing",
        params: byId,
        headers: changeHeaders,
        body: calendarImportInputSchema,
        response: { 200: calendarImportSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { author, calendar, dryRun, skipUnreadable, to, zone } = request.body;
      const schedule = knownSchedule(engine.onCall, request.params.id);
      const read = readCalendar(calendar, {
        people: engine.onCall.people,
        zone,
        ...rangeAhead({ to }, nowMs(), IMPORT_MS),
      });
      const causeId = causeOfRequest(request, "import");
      const additions = engine.onCall.additions(schedule.id);
      refuseReusedKey(request, causeId, additions.keys());
      const before = additions.get(causeId);
      const known = new Set((schedule.overrides ?? []).map(({ id }) => id));
      // A repetition is answered as the first was, also where something of it was taken back meanwhile.
      const isNew = (id: string): boolean => before?.some((one) => one.id === id) ?? !known.has(id);
      const added = read.overrides.filter(({ id }) => isNew(id));
      const stored = !dryRun && (read.problems.length === 0 || skipUnreadable);
      if (!dryRun && !stored) throw unreadable(read.problems);
      const actor = actorName(request.caller, author);
      const overrides = added.map((override) => ({ ...override, author: actor }));
      const expected = expectedVersionOf(request, request.body.expectedVersion);
      const made = stored
        ? await engine.onCall.override(schedule.id, actor, overrides, { ...seenBy(expected), causeId })
        : undefined;
      if (made?.ok === false) throw mismatched(made.error, expected) ?? refused(made.error);
      const version = engine.onCall.version(schedule.id);
      void reply.header("etag", versionTag(version));
      return {
        version,
        overrides: overrides.map(scheduleOverrideBody),
        known: read.overrides.length - added.length,
        problems: read.problems.map((problem) => ({ ...problem })),
        stored,
      };
    },
  );
}

function readCalendar(text: string, options: Parameters<typeof readOverrides>[1]): ReturnType<typeof readOverrides> {
  let read: ReturnType<typeof readOverrides>;
  try {
    read = readOverrides(text, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HttpProblem(400, { code: "invalid", message: `The calendar: ${error.message}.`, path: "zone" });
  }
  const long = read.overrides.filter(({ id }) => encodeURIComponent(id).length > LONGEST_OVERRIDE_ID);
  if (long.length === 0) return read;
  return {
    overrides: read.overrides.filter((one) => !long.includes(one)),
    problems: [...read.problems, { line: 1, message: `${long.length} events have a UID that is too long; shorten it` }],
  };
}

const MOST_TOLD = 5;

function unreadable(problems: readonly { readonly line: number; readonly message: string }[]): HttpProblem {
  const told = problems.slice(0, MOST_TOLD).map(({ line, message }) => `line ${line}: ${message}`);
  const more = problems.length > MOST_TOLD ? `; and ${problems.length - MOST_TOLD} more` : "";
  return new HttpProblem(400, {
    code: "unreadable-calendar",
    message: `Nothing was stored. The calendar, ${told.join("; ")}${more}. Mend it, or send skipUnreadable to store the rest.`,
    path: "calendar",
  });
}
