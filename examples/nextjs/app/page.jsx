// Rendered at each request: else the page would have the variables of the build.
export const dynamic = 'force-dynamic';

export default function Page() {
  return <h1>Welcome to the shop, {process.env.GREETING}</h1>;
}
