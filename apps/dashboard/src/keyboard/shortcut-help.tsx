import { useState, type RefObject } from "react";
import { SHORTCUTS } from "./shortcut-keys.js";
import { shortcutsAreOn, switchShortcuts } from "./shortcut-setting.js";

/** What the keyboard can do, in a dialog. */
export function ShortcutHelp({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }) {
  const [on, setOn] = useState(shortcutsAreOn);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title">
      <h2 id="help-title">Keyboard</h2>
      <dl>
        {SHORTCUTS.map(({ keys, words }) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key, index) => (
                <kbd key={`${index}${key}`}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>←</kbd>
            <kbd>→</kbd>
          </dt>
          <dd>Read a chart step by step, once it has the focus</dd>
        </div>
      </dl>
      <label className="check">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            switchShortcuts(event.target.checked);
            setOn(event.target.checked);
          }}
        />
        Single-key shortcuts are on
      </label>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
