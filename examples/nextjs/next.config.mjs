/** @type {import('next').NextConfig} */
export default {
  output: 'standalone',
  // Browsers with a page of another release load it anew.
  deploymentId: process.env.COMMIT,
};
