// The openai package against a gateway: what a program sees of each case, for one route.
import OpenAI from 'openai';
import { failure, tell } from './tell.mjs';

const [address, route] = process.argv.slice(2);
const client = new OpenAI({ baseURL: address + '/v1', apiKey: 'key', maxRetries: 0 });
const ask = (text, more = {}) => ({
  model: `${route}/${text}`,
  messages: [{ role: 'user', content: text }],
  ...more,
});
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const tools = [
  { type: 'function', function: { name: 'weather', description: 'Tells.', parameters } },
];

// An error of the client, and whether it has the vendor's words.
async function failed(words, attempt) {
  const [name, status, type, message] = await failure(attempt);
  return [name, status, type, message.includes(words)];
}

// Who answered and how: taken from the pieces as they come, so that the order shows.
async function streamed(text, more = {}) {
  const body = ask(text, { stream: true, stream_options: { include_usage: true }, ...more });
  const { data, response } = await client.chat.completions.create(body).withResponse();
  const said = { header: response.headers.get('x-freehold-backend'), providers: [], ends: [] };
  said.content = '';
  for await (const chunk of data) {
    if (chunk.provider && said.providers.at(-1) !== chunk.provider) {
      said.providers.push(chunk.provider);
    }
    said.content += chunk.choices[0]?.delta.content ?? '';
    if (chunk.choices[0]?.finish_reason) {
      said.ends.push(chunk.choices[0].finish_reason);
    }
    said.model = chunk.model;
  }
  return said;
}
const told = (s) => [s.header, s.providers, s.content, s.ends, s.model];

const { data, response } = await client.chat.completions.create(ask('hello')).withResponse();
tell('create', [
  response.headers.get('x-freehold-backend'),
  data.choices[0].message.content,
  data.choices[0].finish_reason,
  data.model,
  [data.usage.prompt_tokens, data.usage.prompt_tokens_details.cached_tokens],
  [data.usage.completion_tokens, data.usage.completion_tokens_details.reasoning_tokens],
]);
tell('stream', told(await streamed('hello')));
tell('cut', told(await streamed('cut')));
const stream = client.chat.completions.stream(ask('cut'));
const final = await stream.finalChatCompletion();
tell('cut, by the stream helper', [final.choices[0].message.content, final.choices.length]);
const cut = await client.chat.completions.create(ask('cut'));
tell('cut, not streamed', [cut.choices[0].message.content, cut.provider]);

for (const word of ['call', 'call-cut']) {
  const called = await client.chat.completions.stream(ask(word, { tools })).finalChatCompletion();
  const message = called.choices[0].message;
  tell(word, [
    message.content,
    message.tool_calls.map((call) => [call.function.name, call.function.arguments]),
    called.choices[0].finish_reason,
  ]);
}
const called = await client.chat.completions.create(ask('call', { tools }));
const call = called.choices[0].message.tool_calls[0];
const result = await client.chat.completions.create(
  ask('call', {
    tools,
    messages: [
      { role: 'user', content: 'call' },
      called.choices[0].message,
      { role: 'tool', tool_call_id: call.id, content: '11 C' },
    ],
  }),
);
tell('result', result.choices[0].message.content);

const schema = { name: 'answer', strict: true, schema: parameters };
const parsed = await client.chat.completions.parse(
  ask('json', { response_format: { type: 'json_schema', json_schema: schema } }),
);
tell('json', parsed.choices[0].message.parsed);

const thought = await client.chat.completions.create(ask('think', { reasoning_effort: 'low' }));
tell('think', [
  thought.choices[0].message.reasoning_content,
  thought.choices[0].message.content,
  thought.usage.completion_tokens_details.reasoning_tokens,
]);
const long = await client.chat.completions.create(ask('long', { max_tokens: 5 }));
tell('long', [long.choices[0].message.content, long.choices[0].finish_reason]);

tell('bad', await failed('as they must be', () => client.chat.completions.create(ask('bad'))));
tell('too long', await failed('9 tokens > 8', () => client.chat.completions.create(ask('too-long'))));
const strict = (word) => ({ model: `${route}-strict/${word}` });
let last;
async function kept(attempt) {
  try {
    await attempt();
  } catch (error) {
    last = error;
    throw error;
  }
}
tell(
  'partial',
  await failed('connection broke', () => kept(() => streamed('cut', strict('cut')))),
);
tell('marked as partial', last.error.partial ?? last.error.error.partial);
tell(
  'limited',
  await failed('slow down', () => kept(() => client.chat.completions.create(ask('limited', strict('limited'))))),
);
tell('retry after', last.headers.get('retry-after'));
const dead = await client.chat.completions.create(ask('dead', { max_tokens: 8 }));
tell('dead', [dead.provider, dead.model, dead.choices[0].message.content.length > 0]);
const ended = await streamed('dead', { max_tokens: 8 });
tell('dead, streamed', [ended.header, ended.providers, ended.model, ended.content.length > 0]);

const endless = await client.chat.completions.create(ask('endless', { stream: true }));
let pieces = 0;
for await (const piece of endless) {
  if (piece && ++pieces === 4) {
    endless.controller.abort();
  }
}
tell('abort', pieces);
