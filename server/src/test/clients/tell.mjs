// Prints what a client made of an answer, one line of JSON each, for the test to compare.
export function tell(name, value) {
  console.log(JSON.stringify({ [name]: value }));
}

// What an error of a client says: its class, status, type and message.
export async function failure(attempt) {
  try {
    await attempt();
    return 'no error';
  } catch (error) {
    return [
      error.constructor.name,
      error.status ?? error.status_code ?? null,
      error.type ?? null,
      error.error?.error?.message ?? error.message,
    ];
  }
}
