import { parseSync } from '@swc/core';

type Node = { type: string } & Record<string, any>;

/** What changes data: commands of DynamoDB, S3 and Step Functions, batches of them, and what Powertools writes by itself. */
const isWrite = (name: string) =>
  /^(?:Put|Update|Delete|BatchWrite|TransactWrite|Copy|StartExecution)\w*Command$|^putAll$|^_(?:put|update)Record$/.test(
    name,
  );

const functions = ['ArrowFunctionExpression', 'FunctionExpression'];

/** A piece of code that has a name, and the names that stand in it, those of the pieces within it left out. */
interface Piece {
  name: string;
  /** Whether others can call it: a property of what a store gives back, or a method of a class. */
  isMethod: boolean;
  names: Set<string>;
}

const pieceOf = (node: Node): Pick<Piece, 'name' | 'isMethod'> | undefined => {
  if (node.type === 'VariableDeclarator' && functions.includes(node['init']?.type))
    return { name: node['id'].value, isMethod: false };
  if (node.type === 'KeyValueProperty' && functions.includes(node['value'].type))
    return { name: node['key'].value, isMethod: true };
  if (node.type === 'MethodProperty' || node.type === 'ClassMethod') return { name: node['key'].value, isMethod: true };
  return undefined;
};

const piecesIn = ({ body }: { body: unknown }): Piece[] => {
  const pieces: Piece[] = [];
  const visit = (node: unknown, within: Piece | undefined): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value, key: _, property, ...rest } = node as Node;
    if (type === 'Identifier') within?.names.add(value);
    if (type === 'SuperPropExpression') within?.names.add(property.value);
    const begun = type === undefined ? undefined : pieceOf(node as Node);
    const piece = begun ? { ...begun, names: new Set<string>() } : within;
    if (begun) pieces.push(piece!);
    // The name of a property is none that stands for something.
    for (const child of [...Object.values(rest), value, property?.type === 'Computed' ? property : undefined])
      visit(child, piece);
  };
  visit(body, undefined);
  return pieces;
};

/** The methods of a file by which something is written, through whatever functions of the same file. */
export const writesIn = (source: string): string[] => {
  const pieces = piecesIn(parseSync(source, { syntax: 'typescript' }));
  const writing = new Set<Piece>();
  // Who refers to a function that writes, writes. A method is referred to through its object, and so by no name.
  const writes = ({ names }: Piece) =>
    [...names].some((each) => isWrite(each) || [...writing].some(({ name, isMethod }) => name === each && !isMethod));
  for (let before = -1; before < writing.size;) {
    before = writing.size;
    for (const piece of pieces) if (writes(piece)) writing.add(piece);
  }
  return [...writing].flatMap(({ name, isMethod }) => (isMethod ? [name] : []));
};
