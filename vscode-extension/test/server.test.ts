import { describe, expect, test } from 'vitest';

import { findInterpreter, serverStart, type Surroundings } from '../src/server';

const nothing: Surroundings = { serverCommand: [], interpreter: '', chosenInterpreter: undefined, workspace: '/w', platform: 'linux' };
const nowhere = () => false;

describe('the interpreter', () => {
  test('that the user set wins over all', () => {
    expect(findInterpreter({ ...nothing, interpreter: '/set', chosenInterpreter: '/chosen' }, () => true)).toBe('/set');
  });
  test('chosen in the Python extension comes next', () => {
    expect(findInterpreter({ ...nothing, chosenInterpreter: '/chosen' }, () => true)).toBe('/chosen');
  });
  test('of the workspace comes before that of the path', () => {
    expect(findInterpreter(nothing, (file) => file === '/w/.venv/bin/python')).toBe('/w/.venv/bin/python');
  });
  test('is python3 where there is nothing else', () => {
    expect(findInterpreter(nothing, nowhere)).toBe('python3');
    expect(findInterpreter({ ...nothing, platform: 'win32' }, nowhere)).toBe('python');
  });
});

describe('the server', () => {
  test('runs in the interpreter, without importing from the workspace', () => {
    expect(serverStart(nothing, nowhere)).toEqual({
      command: 'python3',
      args: ['-P', '-m', 'paper_implementer.server', 'serve'],
      env: { PAPER_IMPLEMENTER_PYTHON: 'python3' },
    });
  });
  test('is the command that the user set, and still runs code in the interpreter', () => {
    const start = serverStart({ ...nothing, serverCommand: ['uvx', 'paper-implementer', 'serve'], interpreter: '/set' }, nowhere);
    expect(start).toEqual({ command: 'uvx', args: ['paper-implementer', 'serve'], env: { PAPER_IMPLEMENTER_PYTHON: '/set' } });
  });
});
