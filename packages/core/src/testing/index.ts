export {
  fakeTransport,
  type FakeAnswer,
  type FakeRun,
  type FakeTransport,
} from './fake-transport.js';
