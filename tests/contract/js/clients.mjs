// Clients with the SDK's default settings, pointed at the endpoint and account that the environment names.
export const configuration = {
  endpoint: process.env.ENDPOINT,
  region: "us-east-1",
  credentials: { accessKeyId: process.env.ACCOUNT, secretAccessKey: "test" },
  maxAttempts: 1,
};

// The error that `promise` rejects with; fails when it does not.
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("expected an error");
}
