import { describe, expect, test } from 'vitest';

import { type Finding, summary, toSquiggles } from '../src/findings';

const finding: Finding = {
  id: 'f1',
  category: 'epsilon',
  severity: 'medium',
  confidence: 0.9,
  summary: 'Epsilon differs',
  mine: { file: 'net/block.py', line: 12, end_line: 14 },
  official: { file: 'model.py', line: 40 },
  mine_does: '1e-5',
  official_does: '1e-6',
  suggestion: 'Use 1e-6.',
};

describe('a finding', () => {
  test('becomes one diagnostic at its own lines, counted from zero', () => {
    const [squiggle] = toSquiggles([finding]);
    expect(squiggle).toMatchObject({ file: 'net/block.py', firstLine: 11, lastLine: 13, severity: 'warning', code: 'epsilon' });
    expect(squiggle?.message).toBe('Epsilon differs\nMine: 1e-5\nOfficial (model.py:40): 1e-6\nUse 1e-6.');
  });
  test('without an end is one line long', () => {
    const [squiggle] = toSquiggles([{ ...finding, mine: { file: 'a.py', line: 3, end_line: null }, suggestion: null }]);
    expect(squiggle).toMatchObject({ firstLine: 2, lastLine: 2, message: 'Epsilon differs\nMine: 1e-5\nOfficial (model.py:40): 1e-6' });
  });
});

describe('the summary', () => {
  test('does not call an unaligned pair equal', () => {
    expect(summary({ findings: [], missing_features: [], aligned: [] })).toContain('nothing can be said');
  });
  test('counts', () => {
    expect(summary({ findings: [finding], missing_features: [], aligned: [{}] })).toBe('1 difference from the official code, 0 of high severity.');
    expect(summary({ findings: [], missing_features: [], aligned: [{}, {}] })).toBe('No difference found in 2 aligned parts.');
  });
});
