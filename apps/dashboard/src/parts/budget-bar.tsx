import { budgetFigure, budgetWords, formatBudget } from "../format/percent.js";
import { budgetSpan, budgetTone, ZERO_AT, type BudgetSpan } from "../layout/budget-scale.js";

type BudgetBarProps = {
  readonly remainingRatio: number;
  /** Whether anything was measured; an empty budget is not a full one. */
  readonly measured: boolean;
  readonly size?: "small" | "large";
};

/** What is left of a budget: to the right of the zero line, or to the left of it once overspent. */
export function BudgetBar({ remainingRatio, measured, size = "small" }: BudgetBarProps) {
  const span = budgetSpan(remainingRatio);
  const tone = budgetTone(remainingRatio);
  const words = measured ? budgetWords(remainingRatio) : "nothing measured yet";
  return (
    <div className={`budget budget-${size}`} data-tone={measured ? tone : "none"}>
      <div className="budget-words figure">
        {measured ? <BudgetFigure remainingRatio={remainingRatio} /> : <span>{words}</span>}
      </div>
      <div className="budget-track" role="img" aria-label={`Error budget: ${words}`}>
        {measured && <span className="budget-fill" style={{ ...anchorOf(span), width: share(span.to - span.from) }} />}
        <span className="budget-zero" style={{ left: share(ZERO_AT) }} />
      </div>
      {size === "large" && <BudgetScale />}
    </div>
  );
}

function BudgetFigure({ remainingRatio }: { readonly remainingRatio: number }) {
  const figure = budgetFigure(remainingRatio);
  return (
    <>
      <strong>{figure}</strong> {budgetWords(remainingRatio).slice(figure.length + 1)}
    </>
  );
}

function BudgetScale() {
  const marks = [-1, 0, 0.5, 1];
  return (
    <div className="budget-scale" aria-hidden="true">
      {marks.map((mark) => {
        const { from, to } = budgetSpan(mark);
        return (
          <span key={mark} style={{ left: share(mark < 0 ? from : to) }} data-end={mark === 1 ? "" : undefined}>
            {formatBudget(mark)}
          </span>
        );
      })}
    </div>
  );
}

/** Held at the zero line: a hair to the left of it must not be drawn across. */
function anchorOf(span: BudgetSpan): { left: string } | { right: string } {
  return span.from < ZERO_AT ? { right: share(1 - span.to) } : { left: share(span.from) };
}

function share(ratio: number): string {
  return `${ratio * 100}%`;
}
