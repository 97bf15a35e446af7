import { useId, useLayoutEffect, useRef } from "react";
import type { Confirmation } from "../layout/incident-action.js";

type ConfirmDialogProps = Confirmation & {
  readonly onYes: () => void;
  /** Called on Escape too. */
  readonly onNo: () => void;
};

/** Asks once more about what can not be taken back, and says what it comes to. */
export function ConfirmDialog({ consequences, onNo, onYes, question, yes }: ConfirmDialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Whoever pressed Enter once too often is still where they were.
    back.current?.focus();
    // Gives the focus back to where it was.
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="confirm"
      role="alertdialog"
      aria-labelledby={`${id}-question`}
      aria-describedby={`${id}-consequences`}
      onCancel={(event) => {
        event.preventDefault();
        onNo();
      }}
      // The form behind it closes on Escape too, and only one of them should.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id={`${id}-question`}>{question}</h2>
      <ul id={`${id}-consequences`}>
        {consequences.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <div className="action-form-buttons">
        <button type="button" className="primary" onClick={onYes}>
          {yes}
        </button>
        <button type="button" ref={back} onClick={onNo}>
          Go back
        </button>
      </div>
    </dialog>
  );
}
