import type { z } from "zod";
import { readApi } from "../api/api.js";
import { openApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import type { CommandInput } from "../command-line/command.js";
import type { Io } from "../io.js";
import { writeForm } from "../present/output-form.js";
import type { Paint } from "../present/paint.js";
import { markdownTable, textTable, type Column } from "../present/table.js";

/** An address of the API, and how its answer is shown to people; JSON is the API's own body. */
export type ShownAnswer<Schema extends z.ZodType> = {
  readonly path: string;
  readonly schema: Schema;
  readonly text: (value: z.infer<Schema>, paint: Paint) => string;
  readonly markdown: (value: z.infer<Schema>) => string;
};

/** Reads one address and shows the answer in the form that is asked for; gives it back, as an exit code may hang on it. */
export function showAnswer<Schema extends z.ZodType>(
  input: CommandInput,
  io: Io,
  { markdown, path, schema, text }: ShownAnswer<Schema>,
): Promise<z.infer<Schema>> {
  return withApi(openApi(input, io), async (api) => {
    const { text: body, value } = await readApi(api, path, schema);
    writeForm(input, io, {
      json: () => body,
      text: (paint) => text(value, paint),
      markdown: () => markdown(value),
    });
    return value;
  });
}

/** An address of the API whose answer is shown as a table. */
export type ShownTable<Schema extends z.ZodType> = {
  readonly path: string;
  readonly schema: Schema;
  readonly columns: readonly Column[];
  readonly rows: (value: z.infer<Schema>) => readonly (readonly string[])[];
  /** Said instead of a table without rows. */
  readonly none: string;
};

/** Reads one address and shows the answer as a table. */
export function showTable<Schema extends z.ZodType>(
  input: CommandInput,
  io: Io,
  { columns, none, path, rows: rowsOf, schema }: ShownTable<Schema>,
): Promise<z.infer<Schema>> {
  return showAnswer(input, io, {
    path,
    schema,
    text(value, paint) {
      const rows = rowsOf(value);
      return rows.length === 0 ? `${none}\n` : textTable(columns, rows, paint.bold);
    },
    markdown: (value) => markdownTable(columns, rowsOf(value)),
  });
}
