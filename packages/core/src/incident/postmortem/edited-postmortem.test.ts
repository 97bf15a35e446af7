import { describe, expect, it } from "vitest";
import { alertAt, DAY_MS, declareFromAlert, incidentAfter, MINUTE_MS, shareOf, START_MS } from "../alert.fixture.js";
import { decideIncident } from "../decide-incident.js";
import { declareFromExternal } from "../external/external.fixture.js";
import type { IncidentCommand } from "../incident-command.js";
import { incidentTimeline } from "../incident-timeline.js";
import { postmortemDocument, renderPostmortem } from "../postmortem.js";
import { namesToRoles } from "./blameless.js";
import { POSTMORTEM_SECTION_IDS, type PostmortemSectionId } from "./postmortem-section.js";

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
let causes = 0;
const asked = (minutes: number, actor = "Ada Lovelace") => ({
  atMs: at(minutes),
  actor,
  causeId: `c-${(causes += 1)}`,
});
const edit = (section: PostmortemSectionId, text: string, minutes = 30, actor = "Ada Lovelace"): IncidentCommand => ({
  type: "edit-postmortem",
  ...asked(minutes, actor),
  section,
  text,
});
const review = (status: "draft" | "in-review" | "approved", minutes = 40, comment?: string): IncidentCommand => ({
  type: "review-postmortem",
  ...asked(minutes, "Grace *Hopper*"),
  status,
  ...(comment === undefined ? {} : { comment }),
});
const over: IncidentCommand = {
  type: "update-alert",
  ...asked(20, "engine"),
  alert: alertAt("alert.resolved", at(20)),
};
const after = (...commands: readonly IncidentCommand[]) => incidentAfter(declareFromAlert(), over, ...commands);
const rendered = (...commands: readonly IncidentCommand[]) => {
  const { state, events } = after(...commands);
  return renderPostmortem(state, events, { atMs: at(60), share: shareOf(0) });
};
const sectionOf = (markdown: string, heading: string) =>
  markdown.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
const refusal = (command: IncidentCommand, ...before: readonly IncidentCommand[]) => {
  const decided = decideIncident(after(...before).state, command);
  return decided.ok ? decided.value : decided.error;
};

describe("an edited section", () => {
  it("is what somebody wrote, with the generated one beside it", () => {
    const text = rendered(edit("prevention", "A **canary** first.\n# Not a heading"));
    expect(sectionOf(text, "Prevention")).toBe(`Prevention

A **canary** first.
###### Not a heading

_Written by Ada Lovelace, 2026-11-21 10:30:00 UTC. Generated from the timeline:_

> _To be completed by the service owner: what keeps this kind of incident from happening again._

`);
  });

  it("leaves the others generated, and follows what happens after it", () => {
    const one = edit("went-well", "The rollback");
    const before = rendered(one);
    const later = rendered(one, { type: "note", ...asked(50), text: "And one more thing" });
    expect(sectionOf(later, "Timeline")).toContain("And one more thing");
    expect(sectionOf(later, "What went well")).toBe(sectionOf(before, "What went well"));
    expect(sectionOf(rendered(), "What could improve")).toBe(sectionOf(before, "What could improve"));
    const { state, events } = after(one);
    const document = postmortemDocument(state, events, { atMs: at(60), share: shareOf(0) });
    expect(document.title).toBe("Postmortem: INC-001, payments: payments-availability burns its error budget");
    expect(document.sections.map(({ id }) => id)).toEqual(POSTMORTEM_SECTION_IDS);
    const untouched = after();
    expect(document.sections.find(({ id }) => id === "went-well")).toEqual({
      id: "went-well",
      heading: "What went well",
      generated: postmortemDocument(untouched.state, untouched.events, {
        atMs: at(60),
        share: shareOf(0),
      }).sections.find(({ id }) => id === "went-well")?.generated,
      edit: {
        section: "went-well",
        text: "The rollback",
        author: "Ada Lovelace",
        atMs: at(30),
        markdown: "The rollback",
      },
    });
  });

  it("is the newest of its section, and can be taken back", () => {
    const two = [edit("why", "One"), edit("impact", "Two"), edit("why", "Three", 35, "Grace")];
    expect(after(...two).state.postmortem.edits).toEqual([
      { section: "why", text: "Three", author: "Grace", atMs: at(35) },
      { section: "impact", text: "Two", author: "Ada Lovelace", atMs: at(30) },
    ]);
    const restore: IncidentCommand = { type: "restore-postmortem", ...asked(36), section: "why" };
    const { state, events } = after(...two, restore);
    expect(state.postmortem.edits.map(({ section }) => section)).toEqual(["impact"]);
    expect(
      incidentTimeline(events)
        .slice(-2)
        .map(({ text }) => text),
    ).toEqual(["Postmortem: why edited", "Postmortem: why is the generated one again"]);
    expect(refusal(restore, edit("impact", "x"))).toEqual({
      code: "not-edited",
      section: "why",
      message: "The section why of INC-001 is as it was generated. There is no edit to take back.",
    });
    expect(refusal(edit("why", "One"), edit("impact", "One"))).toHaveLength(1);
    expect(refusal(edit("why", "One"), edit("why", "One"))).toEqual([]);
    expect(refusal(edit("why", "Two"), edit("why", "One"))).toHaveLength(1);
  });
});

describe("the review of a postmortem", () => {
  it("goes from draft to review to approval, each with its name", () => {
    const { state, events } = after(review("in-review", 40, "please"), review("approved", 50));
    expect(state.postmortem.review).toEqual({ status: "approved", by: "Grace *Hopper*", atMs: at(50) });
    expect(
      incidentTimeline(events)
        .slice(-2)
        .map(({ text }) => text),
    ).toEqual(["Postmortem: in-review: please", "Postmortem: approved"]);
    expect(rendered(review("in-review"))).toContain(
      "not people.\n\n**In review, asked for by Grace \\*Hopper\\***, 2026-11-21 10:40:00 UTC.\n\n## Summary",
    );
    expect(rendered(review("approved"))).toContain("**Approved by Grace \\*Hopper\\***, 2026-11-21 10:40:00 UTC.");
    // What was approved is no draft any more.
    expect(rendered(review("approved"))).toContain("\n\nMade from the timeline, ");
    expect(rendered(review("in-review"))).toContain("\n\nDraft from the timeline, ");
    expect(rendered(review("approved"), review("draft"))).toContain("not people.\n\n## Summary");
    expect(refusal(review("approved"), review("approved"))).toEqual([]);
    expect(refusal(review("draft"))).toEqual([]);
  });

  it("begins anew when somebody writes into what was approved", () => {
    const draft = { status: "draft" };
    expect(after(review("approved"), edit("why", "x")).state.postmortem.review).toEqual(draft);
    const restore: IncidentCommand = { type: "restore-postmortem", ...asked(55), section: "why" };
    expect(after(edit("why", "x"), review("approved"), restore).state.postmortem.review).toEqual(draft);
    expect(after(review("in-review"), edit("why", "x")).state.postmortem.review).toMatchObject({ status: "in-review" });
  });

  it("waits until the incident is resolved", () => {
    const { state } = incidentAfter(declareFromAlert());
    expect(decideIncident(state, review("in-review"))).toEqual({
      ok: false,
      error: {
        code: "still-open",
        incidentId: "INC-001",
        status: "declared",
        message: "INC-001 is still declared. Its postmortem is reviewed once it is resolved.",
      },
    });
    expect(decideIncident(state, review("draft"))).toEqual({ ok: true, value: [] });
  });
});

describe("causes", () => {
  it("name roles where people wrote names", () => {
    const { state, events } = after(
      { type: "assign-role", ...asked(1), role: "commander", person: "Grace" },
      { type: "assign-role", ...asked(1), role: "scribe", person: "Grace" },
      { type: "note", ...asked(2, "Ada"), text: "x" },
      edit("why", "GRACE pushed, Ada Lovelace and Ada looked; Adam, upgrace and the engine did not."),
    );
    const text = renderPostmortem(state, events, { atMs: at(60), share: shareOf(0) });
    expect(sectionOf(text, "Why")).toContain(
      "the incident commander pushed, a responder and a responder looked; Adam, upgrace and the engine did not.",
    );
  });

  it("know a person by their name alone, whatever token acted for them", () => {
    const { state, events } = incidentAfter(
      declareFromAlert(),
      { type: "acknowledge", ...asked(1, "AnaRuiz (token local)") },
      { type: "note", ...asked(2, "ben (ci (token x))"), text: "x" },
      { type: "assign-role", ...asked(3, "ben"), role: "scribe", person: "ANARUIZ" },
    );
    const said = namesToRoles(state, events);
    expect(said("AnaRuiz, anaruiz (AnaRuiz (token local)) and Ben; Benno and ci were not there.")).toBe(
      "the scribe, the scribe (the scribe) and a responder; Benno and ci were not there.",
    );
  });

  it("know nobody by a name that is blank", () => {
    const { events, state } = after(edit("prevention", "A canary first.", 30, "ana"));
    for (const name of ["", " \t"]) {
      const words = namesToRoles(state, events, [{ id: "ana", name }])("Then ana, or  Ann, came.");
      expect([name, words]).toEqual([name, "Then a responder, or  Ann, came."]);
    }
  });

  it("know people by what they are called, and others only by a name that is no word of its own", () => {
    const { state, events } = incidentAfter(
      declareFromAlert(),
      { type: "acknowledge", ...asked(1, "ana (token local)") },
      { type: "note", ...asked(2, "Cleo Sand"), text: "x" },
      { type: "assign-role", ...asked(3, "ana"), role: "commander", person: "Ana Ruiz" },
    );
    const people = [
      { id: "ana", name: "Ana Ruiz" },
      { id: "cleo.s", name: "Cleo Sand" },
      { id: "will", name: "Will" },
      { id: "drew", name: "Drew  Berry" },
      { id: "mo", name: " Mo " },
    ];
    expect(
      namesToRoles(state, events, people)("Ana Ruiz, ana, cleo.s, cleosand, drew  berry, Drew, Mo; it will."),
    ).toBe("the incident commander, the incident commander, a responder, cleosand, a colleague, Drew, Mo; it will.");
    const edited = after(edit("why", "Drew  Berry saw it."));
    const options = { atMs: at(60), share: shareOf(0) };
    expect(renderPostmortem(edited.state, edited.events, { ...options, people })).toContain("a colleague saw it.");
    expect(renderPostmortem(edited.state, edited.events, options)).toContain("Drew  Berry saw it.");
  });

  it("leave no half of a name where only the first is known", () => {
    const { state, events } = incidentAfter(
      declareFromAlert(),
      { type: "note", ...asked(1, "ana"), text: "x" },
      { type: "assign-role", ...asked(2, "ana"), role: "scribe", person: "Grace" },
      { type: "note", ...asked(3, "Mary Ann"), text: "x" },
    );
    const said = namesToRoles(state, events);
    for (const [text, words] of [
      ["Ana Ruiz-O'Neill pushed", "a responder pushed"],
      ["Ana Ruiz", "a responder"],
      ["Then ANA Ruiz.", "Then a responder."],
      // What is not written as a name is none.
      ["ana Ruiz", "a responder Ruiz"],
      ["Ana ruiz", "a responder ruiz"],
      ["Ana DNS", "a responder DNS"],
      ["Ana  Ruiz", "a responder  Ruiz"],
      ["Ana, Ruiz", "a responder, Ruiz"],
      // Another's name is theirs.
      ["Ana Grace Hopper", "a responder the scribe"],
      ["Mary Ann Evans", "a responder Evans"],
    ]) {
      expect(said(text as string)).toBe(words);
    }
  });

  it("are as they were written where nobody but the engine took part", () => {
    const { state, events } = incidentAfter(declareFromAlert());
    expect(namesToRoles(state, events)("engine, Ana Ruiz")).toBe("engine, Ana Ruiz");
  });

  it("know every role's words", () => {
    const { state, events } = incidentAfter(
      declareFromAlert(),
      { type: "assign-role", ...asked(1), role: "communications", person: "a.b" },
      { type: "assign-role", ...asked(1), role: "scribe", person: "c" },
      { type: "assign-role", ...asked(1), role: "responder", person: "d" },
    );
    expect(namesToRoles(state, events)("a.b, axb, c, d, engine")).toBe(
      "the communications lead, axb, the scribe, a responder, engine",
    );
  });

  it("are left as they are where they are no causes", () => {
    expect(sectionOf(rendered(edit("what-happened", "Ada Lovelace rolled back")), "What happened")).toContain(
      "Ada Lovelace rolled back",
    );
    for (const section of ["summary", "why", "prevention"] as const) {
      expect(rendered(edit(section, "by Ada Lovelace!"))).toContain("by a responder!");
    }
  });

  it.each([["ann (token on-call)"], ["anne-marie"], ["a/b"], ["[^$]*+?{1}|\\."], ["\u0394-\u03b4"]])(
    "take the name %j for itself, whatever it would mean in a pattern",
    (person) => {
      const { state, events } = incidentAfter(declareFromAlert(), {
        type: "assign-role",
        ...asked(1),
        role: "scribe",
        person,
      });
      expect(namesToRoles(state, events)(`It was ${person}, who slept.`)).toBe("It was the scribe, who slept.");
    },
  );

  it("of an alert from elsewhere are in its words, without names", () => {
    const { state, events } = incidentAfter(
      declareFromExternal({ source: "prom_1", annotations: { description: "Ada broke *it*" } }),
      { type: "note", ...asked(2, "Ada"), text: "x" },
    );
    const why = sectionOf(renderPostmortem(state, events, { atMs: at(60), share: shareOf(0) }), "Why");
    expect(why).toContain("What prom\\_1 reported: a responder broke \\*it\\*\n\n_To be");
  });
});

describe("what the timeline fills in", () => {
  const add = (priority: "P0" | "P2"): IncidentCommand => ({
    type: "add-action",
    ...asked(30),
    title: "Test | it",
    owner: "pay_ments",
    priority,
    dueAtMs: START_MS + DAY_MS,
  });
  const large = (...commands: readonly IncidentCommand[]) => {
    const { state, events } = after(...commands);
    return sectionOf(renderPostmortem(state, events, { atMs: at(60), share: shareOf(300) }), "Action items");
  };

  it("are action items, those that were dropped left out", () => {
    expect(sectionOf(rendered(add("P2")), "Action items")).toBe(`Action items

| Action | Owner | Priority | Due |
| --- | --- | --- | --- |
| A1: Test \\| it | pay\\_ments | P2 | 2026-11-22 10:00:00 UTC |

`);
    const done: IncidentCommand = { type: "complete-action", ...asked(35), actionId: "A1", outcome: "it runs" };
    expect(rendered(add("P2"), done)).toContain("| 2026-11-22 10:00:00 UTC, done 2026-11-21 10:35:00 UTC |");
    const drop: IncidentCommand = { type: "drop-action", ...asked(35), actionId: "A1", reason: "obsolete" };
    expect(sectionOf(rendered(add("P2"), drop), "Action items")).toContain(
      "| _To be completed by the service owner_ | | | |",
    );
  });

  it("still ask for a P0 where policy does and none is there", () => {
    const asks = "| _To be completed by the service owner_ | | P0 | |";
    expect(large()).toContain(asks);
    expect(large(add("P2"))).toContain(asks);
    expect(large(add("P0"))).not.toContain(asks);
    expect(large(add("P0"))).toContain("at least one P0 action item");
  });

  it("are the mitigation, the people and every target", () => {
    const { state, events } = incidentAfter(
      declareFromAlert(),
      { type: "escalate", ...asked(1), step: 1, to: ["Ada"], channel: "phone", reason: "a page" },
      { type: "acknowledge", ...asked(2, "Ada") },
      { type: "assign-role", ...asked(3), role: "scribe", person: "Eve" },
      { type: "update-status", ...asked(5), audience: "public", text: "We know" },
      { type: "start-mitigation", ...asked(6), text: "rollback" },
      { type: "confirm-mitigation", ...asked(10), text: "done" },
      { ...over, causeId: "over-2" },
    );
    const text = renderPostmortem(state, events, { atMs: at(60), share: shareOf(0) });
    expect(text).toContain("2 min after detection. The impact on users ended 10 min after detection. It was resolved");
    expect(text).toContain("- **People's time**: 35 min of 2 people\n");
    expect(sectionOf(text, "What went well")).toContain(
      "- Acknowledged within the 15 min that SEV2 asks for.\n" +
        "- People were called within the 15 min that SEV2 asks for.\n" +
        "- Stakeholders were told within the 30 min that SEV2 asks for.\n",
    );
  });

  it("say that nobody was called only where calls are recorded at all", () => {
    const late: IncidentCommand = {
      type: "escalate",
      ...asked(18),
      step: 1,
      to: ["Ada"],
      channel: "phone",
      reason: "a page",
    };
    const { state, events } = incidentAfter(declareFromAlert(), late);
    const improve = sectionOf(
      renderPostmortem(state, events, { atMs: at(60), share: shareOf(0) }),
      "What could improve",
    );
    expect(improve).toContain("- Nobody was called within the 15 min that SEV2 asks for: 3 min late.");
    const silent = incidentAfter(declareFromAlert());
    expect(renderPostmortem(silent.state, silent.events, { atMs: at(60), share: shareOf(0) })).not.toContain(
      "Nobody was called",
    );
  });
});
