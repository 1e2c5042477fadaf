import { expect, it } from 'vitest';
import { readDockerfile } from './dockerfile.js';

it('readDockerfile() reads the last stage', () => {
  const text = `FROM node:22.4-alpine AS build
EXPOSE 1234
CMD npm run watch
# What runs.
FROM docker.io/library/node:22-slim
ENV A=b
EXPOSE 8080/tcp 9000/udp $PORT
HEALTHCHECK --interval=5s \\
  # often
  CMD curl -f http://localhost:8080/health || exit 1
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node", "dist/main.js", "a b"]
`;
  expect(readDockerfile(text)).toEqual({
    ports: [{ value: 8080, file: 'Dockerfile', line: 7 }],
    command: {
      value: "docker-entrypoint.sh node dist/main.js 'a b'",
      file: 'Dockerfile',
      line: 12,
    },
    healthPath: { value: '/health', file: 'Dockerfile', line: 8 },
    node: { value: '22', file: 'Dockerfile', line: 5 },
  });
});

it.each([
  ['CMD node main.js --x\n', 'node main.js --x'],
  ['cmd [ "node" ]', 'node'],
  ['CMD [ "node"', '[ "node"'],
])('readDockerfile() takes the command of %j', (text, command) => {
  expect(readDockerfile(text).command?.value).toBe(command);
});

it('readDockerfile() finds nothing where there is nothing', () => {
  expect(readDockerfile('')).toEqual({ ports: [] });
});
