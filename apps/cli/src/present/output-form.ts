import { optionText, type CommandInput } from "../command-line/command.js";
import type { Io } from "../io.js";
import { paintFor, type Paint } from "./paint.js";

/** How one answer is written in each form; JSON is the API's own body. */
export type Forms = {
  readonly json: () => string;
  readonly text: (paint: Paint) => string;
  readonly markdown: () => string;
};

/** Writes an answer in the form that was asked for. */
export function writeForm(input: CommandInput, io: Io, forms: Forms): void {
  switch (optionText(input, "output") ?? "text") {
    case "json":
      io.stdout.write(indentedJson(forms.json()));
      return;
    case "markdown":
      io.stdout.write(forms.markdown());
      return;
    default:
      io.stdout.write(forms.text(paintFor(io.stdout, io.env)));
  }
}

function indentedJson(text: string): string {
  return `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`;
}
