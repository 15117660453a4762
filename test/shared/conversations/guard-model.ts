/**
 * A model of the guard, and a search through all that can happen to it: appends, holds and redactions that several send at once, sweeps,
 * senders that die, the schedule that resumes, and late copies. A write is sent as several copies. Each of them is applied at any time or
 * never; its sender hears of one, or gives up.
 */

/** How large a world is searched. */
export interface Size {
  parts: number;
  /** Copies of one write that may be applied. */
  copies: number;
  /** Holds placed and released, and redactions asked for. */
  decisions: number;
  /** Senders that wait at the same time. */
  atOnce: number;
}

/** The rules of the guard. A control takes one of them away. */
export interface Rules {
  /** A decision is applied only to the version that it was taken on, and raises it. */
  versioned: boolean;
  /** A decision is written even where it changes nothing. */
  alwaysWritten: boolean;
  /** The watermark is the number that was read, not the one at the time of applying. */
  asRead: boolean;
  /** Before an entry is refused, the guard is closed to its acceptance. */
  closes: boolean;
}

/** A write, and what became of it. A redaction's is its acceptance, and stays as long as its entry is open. */
export interface Wire {
  id: number;
  kind: 'place' | 'release' | 'accept' | 'close';
  seen: number;
  copies: number;
  state: 'waiting' | 'dead' | 'open' | 'over';
  /** Of an acceptance: the watermark that it would set, what was reserved when it was asked for, and what its open entry has to erase. */
  through: number;
  asked: number;
  run: number;
  /** The opposite was sent while this one waited, so nobody can tell which of them came first. */
  contested: boolean;
  /** Of a close: the redaction whose entry is refused after it. */
  of: number;
}

export interface State {
  parts: number;
  version: number;
  held: boolean;
  mark: number;
  by: number;
  erased: number;
  /** The last part that a redaction may cover: one that was appended before that had ended. */
  mayGo: number;
  /** What the last acknowledgement said of the hold, until somebody asks for the opposite. */
  expected: boolean | undefined;
  brokeHold: boolean;
  decisions: number;
  wires: readonly Wire[];
}

export interface Step {
  name: string;
  to: State;
  /** The write that is sent or applied. */
  wire?: number;
  /** What its sender hears of it. */
  heard?: 'done' | 'refused' | 'again';
}

export const realRules: Rules = { versioned: true, alwaysWritten: true, asRead: true, closes: true };

const none = { version: 0, held: false, by: -1, expected: false, brokeHold: false, decisions: 0, wires: [] };
export const start: State = { parts: 0, mark: -1, erased: -1, mayGo: -1, ...none };

export const promises: Record<string, (state: State) => boolean> = {
  'nothing is destroyed under a hold that was acknowledged': ({ brokeHold }) => !brokeHold,
  'the hold is as the last decision said': ({ expected, held }) => expected === undefined || expected === held,
  'no part is masked that came after every redaction': ({ mark, mayGo }) => mark <= mayGo,
  'what is masked and not erased is in an open entry': ({ mark, erased, wires }) =>
    mark <= erased || wires.some(({ kind, state }) => kind === 'accept' && state !== 'over'),
};

const wants = { place: true, release: false, accept: undefined, close: undefined } as const;
const isOpposite = (one: Wire['kind'], other: Wire['kind']) =>
  wants[one] !== undefined && wants[other] !== undefined && wants[one] !== wants[other];

const withWire = (state: State, wire: Wire, changes: Partial<State> = {}): State => {
  const others = state.wires.filter(({ id }) => id !== wire.id);
  return { ...state, ...changes, wires: [...others, wire].toSorted((a, b) => a.id - b.id) };
};

/** Sends a write, for the first time or again, as its sender has read the state. */
const send = (state: State, wire: Pick<Wire, 'id' | 'kind'> & Partial<Wire>, { copies }: Size): State => {
  const { version: seen, parts } = state;
  const fresh = {
    asked: parts - 1,
    contested: false,
    run: -1,
    of: -1,
    ...wire,
    seen,
    copies,
    state: 'waiting',
    through: parts - 1,
  };
  const contest = (other: Wire) => (isOpposite(other.kind, wire.kind) ? { ...other, contested: true } : other);
  const wanted = wants[wire.kind];
  const expected = wanted === undefined || state.expected === wanted ? state.expected : undefined;
  return withWire({ ...state, wires: state.wires.map(contest), expected }, fresh as Wire);
};

const acknowledged = (
  state: State,
  wanted: boolean,
  { id, kind, contested }: Pick<Wire, 'id' | 'kind' | 'contested'>,
) => {
  const isOpen = (other: Wire) =>
    other.id !== id &&
    isOpposite(other.kind, kind) &&
    (other.state === 'waiting' || (contested && other.state === 'dead'));
  return { expected: state.wires.some(isOpen) ? undefined : wanted };
};

const decide = (state: State, size: Size, rules: Rules): Step[] => {
  const waiting = state.wires.filter((wire) => wire.state === 'waiting').length;
  if (state.decisions === size.decisions || waiting >= size.atOnce) return [];
  const id = state.decisions;
  const begun = { ...state, decisions: id + 1 };
  const hold = (kind: 'place' | 'release'): Step =>
    rules.alwaysWritten || state.held !== wants[kind]
      ? { name: `send ${kind}`, to: send(begun, { id, kind }, size), wire: id }
      : {
          name: `${kind} without a write`,
          to: { ...begun, ...acknowledged(state, wants[kind], { id, kind, contested: false }) },
        };
  const mayGo = Math.max(state.mayGo, state.parts - 1);
  const redaction = { name: 'send accept', to: send({ ...begun, mayGo }, { id, kind: 'accept' }, size), wire: id };
  return [hold('place'), hold('release'), ...(state.held ? [] : [redaction])];
};

/** A watermark that covers what was asked for has accepted it, whoever raised it; else it is refused. */
const recovered = ({ mark }: State, wire: Wire): Wire =>
  mark >= wire.asked ? { ...wire, state: 'open', run: mark } : { ...wire, state: 'over' };

/** What the schedule does with a redaction whose sender is dead. */
const resume = (state: State, wire: Wire, size: Size, rules: Rules): Step => {
  const id = wire.id + size.decisions;
  if (state.by === wire.id || !rules.closes)
    return { name: 'resume', to: withWire(state, recovered(state, wire)), wire: wire.id };
  return { name: 'send close', to: send(state, { id, kind: 'close', of: wire.id }, size), wire: id };
};

/** One copy of a write is applied, or refused by its condition; its sender hears of it, or does not. */
const deliver = (state: State, wire: Wire, size: Size, rules: Rules): Step[] => {
  const { id, kind } = wire;
  const passes = (!rules.versioned || wire.seen === state.version) && (kind !== 'accept' || !state.held);
  const through = rules.asRead ? wire.through : state.parts - 1;
  const left = { ...wire, copies: wire.copies - 1 };
  const after = withWire(state, left, {
    ...(passes && { version: state.version + 1, held: wants[kind] ?? state.held }),
    ...(passes && kind === 'accept' && { mark: rules.versioned ? through : Math.max(state.mark, through), by: id }),
  });
  const steps: Step[] = [{ name: `${wire.state === 'waiting' ? 'unheard' : 'late'} ${kind}`, to: after, wire: id }];
  if (wire.state !== 'waiting') return steps;
  const hear = (heard: NonNullable<Step['heard']>, to: State) =>
    steps.push({ name: `${kind} ${heard}`, to, wire: id, heard });
  const over = withWire(after, { ...left, state: 'over' });
  const wanted = wants[kind];
  if (kind === 'accept' && (passes || state.by === id))
    hear('done', withWire(after, { ...left, state: 'open', run: after.mark }));
  else if (kind === 'accept' && after.held) hear('refused', over);
  else if (wanted !== undefined && (passes || after.held === wanted))
    hear('done', { ...over, ...acknowledged(over, wanted, wire) });
  else if (kind === 'close' && passes)
    hear(
      'done',
      withWire(
        over,
        recovered(
          over,
          over.wires.find((each) => each.id === wire.of)!,
        ),
      ),
    );
  else hear('again', kind === 'close' ? over : send(after, left, size));
  return steps;
};

/** The steps that can follow, and the states that they lead to. */
export const stepsFrom = (state: State, size: Size, rules: Rules): Step[] => {
  const { parts, wires, held, erased } = state;
  const isAsked = wires.some((wire) => wire.kind === 'accept' && wire.state === 'waiting');
  const append = { name: 'append', to: { ...state, parts: parts + 1, mayGo: isAsked ? parts : state.mayGo } };
  const steps: Step[] = [...(parts < size.parts ? [append] : []), ...decide(state, size, rules)];
  for (const wire of wires) {
    const { id, kind, run } = wire;
    const isClosing = wires.some(({ of, state: at }) => of === id && at === 'waiting');
    if (wire.state === 'waiting')
      steps.push({ name: `die ${kind}`, to: withWire(state, { ...wire, state: 'dead' }), wire: id });
    if (kind === 'accept' && wire.state === 'dead' && !isClosing) steps.push(resume(state, wire, size, rules));
    if (wire.state === 'open' && !held) {
      const swept = { erased: Math.max(erased, run), brokeHold: state.brokeHold || state.expected === true };
      steps.push({ name: 'sweep', to: withWire(state, { ...wire, state: 'over' }, swept), wire: id });
    }
    if (wire.copies > 0) steps.push(...deliver(state, wire, size, rules));
  }
  return steps;
};

/**
 * The state without what makes no difference from here on. A copy whose version has passed is refused for ever, and the first copy that
 * passes makes the others so: one that is left counts for all, and one more for a sender who does not hear of the first. A write
 * that is over and has no copy left is forgotten.
 */
export const withoutDifference = (state: State, { versioned }: Rules): State => {
  const wires = state.wires.map((wire) => {
    const isWaiting = wire.state === 'waiting';
    const isLive = !versioned || wire.seen === state.version;
    const copies = versioned ? Math.min(wire.copies, Number(isLive) + Number(isWaiting)) : wire.copies;
    const through = wire.kind === 'accept' && copies > 0 && isLive ? wire.through : 0;
    const run = wire.state === 'open' ? wire.run : 0;
    const asked = wire.kind === 'accept' && wire.state !== 'open' ? wire.asked : 0;
    return { ...wire, copies, seen: isLive ? 0 : -1, through, asked, run, contested: wire.contested && isWaiting };
  });
  const isOver = ({ kind, copies, state: at }: Wire) =>
    copies === 0 && (at === 'over' || (at === 'dead' && kind !== 'accept'));
  const isBy = ({ id, state: at }: Wire) => id === state.by && (at === 'waiting' || at === 'dead');
  const by = wires.some(isBy) ? state.by : -1;
  return { ...state, version: 0, by, wires: wires.filter((wire) => !isOver(wire)) };
};

/** Which of the writes was sent first makes no difference either. */
const keyOf = ({ wires, by, ...state }: State): string => {
  const asked = (id: number) => wires.find((wire) => wire.id === id)?.asked;
  const texts = wires.map(({ id, of, ...wire }) => [...Object.values(wire), id === by, asked(of)].join());
  return [...Object.values(state), ...texts.toSorted()].join(';');
};

/** The steps that lead to a state, from the last one back. */
type Way = { step: string; before: Way } | undefined;

const textOf = (way: Way): string => (way ? `${textOf(way.before)} → ${way.step}` : 'nothing');

/** Every state that can be reached, and for each promise that is broken somewhere the shortest way there. */
export const search = (size: Size, rules: Rules = realRules) => {
  const known = new Set([keyOf(start)]);
  const broken = new Map<string, string>();
  let transitions = 0;
  for (let wave: { state: State; way: Way }[] = [{ state: start, way: undefined }]; wave.length > 0;) {
    const next: typeof wave = [];
    for (const { state: from, way: before } of wave) {
      for (const { name: step, to } of stepsFrom(from, size, rules)) {
        transitions++;
        const state = withoutDifference(to, rules);
        const key = keyOf(state);
        if (known.has(key)) continue;
        known.add(key);
        const way = { step, before };
        next.push({ state, way });
        const newly = Object.keys(promises).filter((promise) => !broken.has(promise) && !promises[promise]!(state));
        for (const promise of newly) broken.set(promise, textOf(way));
      }
    }
    wave = next;
  }
  return { states: known.size, transitions, broken };
};
