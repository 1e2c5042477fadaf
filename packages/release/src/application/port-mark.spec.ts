import { Secret, Text } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { portMark, withPorts } from './port-mark.js';

const ports: Readonly<Record<string, number>> = { api: 3100, 'web-2': 3000 };
const portOf = (process: string): number => ports[process] ?? 0;

it('withPorts() fills in each port, and leaves all else as it is', () => {
  const value = Text.of(`a${portMark('api')}b${portMark('web-2')}${portMark('api')} \${ports.api}`);
  expect(String(withPorts(value, portOf))).toBe('a3100b30003100 ${ports.api}');
  expect(String(withPorts(Text.of('port api'), portOf))).toBe('port api');
});

it('withPorts() looks into no secret', () => {
  const secret = new Secret('s', portMark('api'));
  const filledIn = withPorts(Text.of(portMark('api'), '/', secret), portOf);
  expect(String(filledIn)).toBe('3100/***');
  expect(filledIn.reveal()).toBe(`3100/${portMark('api')}`);
});
