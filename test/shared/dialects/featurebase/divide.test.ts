import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { People } from '../../../../shared/conversations/conversation.ts';
import { divide, identity, type Outline, restore } from '../../../../shared/dialects/featurebase/divide.ts';

const outline: Outline = {
  id: z.string(),
  count: z.int(),
  name: identity,
  items: [{ id: z.string() }],
  inner: { flag: z.boolean() },
};

const divided = (value: unknown) => {
  const people: People = {};
  return { ...divide(outline, value, people), people };
};

describe('a value divided by an outline', () => {
  it('leaves a blank of its own kind where content stood', () => {
    const value = { text: 'a', list: ['a'], object: { a: 1 }, number: 1, flag: true };
    expect(divided(value)).toEqual({
      structure: { text: '', list: [], object: {}, number: null, flag: null },
      content: value,
      people: {},
    });
  });

  it('has no content where everything is blank or fits', () => {
    const value = { id: '1', count: 2, text: '', list: [], object: {}, nothing: null, items: [{ id: '2' }], inner: {} };
    expect(divided(value)).toEqual({ structure: value, content: undefined, people: {} });
  });

  it('has content in the shape of the value, and only that', () => {
    const value = {
      id: '1',
      count: 'two',
      items: [{ id: '2' }, { id: '3', text: 'a' }],
      inner: { flag: true, text: 'b' },
    };
    expect(divided(value)).toEqual({
      structure: { id: '1', count: '', items: [{ id: '2' }, { id: '3', text: '' }], inner: { flag: true, text: '' } },
      content: { count: 'two', items: { 1: { text: 'a' } }, inner: { text: 'b' } },
      people: {},
    });
  });

  it('counts as content what has another shape than its outline', () => {
    const value = { id: ['a'], items: { id: 'a' }, inner: [true] };
    expect(divided(value)).toMatchObject({ structure: { id: [], items: {}, inner: [] }, content: value });
    expect(divided('a')).toMatchObject({ structure: '', content: 'a' });
  });

  it.each([['person-1'], [17]])('gives a name to the person %s', (id) => {
    expect(divided({ id, name: 'Ada' })).toMatchObject({
      structure: { name: '' },
      people: { [String(id)]: { name: { name: 'Ada' } } },
    });
  });

  it.each([[undefined], [null], ['ada@example.com'], [{}]])('counts a name as content where the id is %s', (id) => {
    expect(divided({ id, name: 'Ada' })).toMatchObject({ content: { name: 'Ada' }, people: {} });
  });

  it('keeps the first name of a person, and none that is empty', () => {
    const people: People = {};
    for (const name of ['', 'Ada', 'Ada B.', null]) divide(outline, { id: '1', name }, people);
    expect(people).toEqual({ 1: { name: { name: 'Ada' } } });
  });
});

describe('a divided value, restored', () => {
  const restored = (structure: unknown, people: People, content?: unknown) =>
    restore(outline, { structure, content }, people);
  const ada: People = { 1: { name: { name: 'Ada' }, other: { other: 'Ada' } } };

  it('has the name of its person', () => {
    expect(restored({ id: '1', name: '' }, ada)).toEqual({ id: '1', name: 'Ada' });
  });

  it('has no name where it had none, where the person is gone, and where its field names nobody', () => {
    expect(restored({ id: '1', name: null, other: '' }, ada)).toEqual({ id: '1', name: null, other: '' });
    expect(restored({ id: '2', name: '' }, ada)).toEqual({ id: '2', name: '' });
  });

  it('is not misled by what every object inherits', () => {
    expect(restored({ id: 'constructor', name: '', toString: '' }, {})).toEqual({
      id: 'constructor',
      name: '',
      toString: '',
    });
    const value = JSON.parse('{"__proto__": null, "constructor": "a"}') as object;
    const { structure, content } = divided(value);
    expect(JSON.stringify(restored(structure, {}, content))).toBe(JSON.stringify(value));
  });
});
