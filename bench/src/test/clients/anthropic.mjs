// The @anthropic-ai/sdk package against a gateway: what a program sees of each case, for one route.
import Anthropic from '@anthropic-ai/sdk';
import { failure, tell } from './tell.mjs';

const [address, route] = process.argv.slice(2);
const client = new Anthropic({ baseURL: address, apiKey: 'key', maxRetries: 0 });
const ask = (text, more = {}) => ({
  model: `${route}/${text}`,
  max_tokens: 3000,
  messages: [{ role: 'user', content: text }],
  ...more,
});
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const tools = [{ name: 'weather', description: 'Tells.', input_schema: schema }];

// An error of the client, and whether it has the vendor's words.
async function failed(words, attempt) {
  const [name, status, type, message] = await failure(attempt);
  return [name, status, type, message.includes(words)];
}

async function streamed(text, more = {}) {
  const { data, response } = await client.messages
    .create(ask(text, { stream: true, ...more }))
    .withResponse();
  const said = { header: response.headers.get('x-freehold-backend'), content: '', events: [] };
  for await (const event of data) {
    if (said.events.at(-1) !== event.type) {
      said.events.push(event.type);
    }
    said.model = event.message?.model ?? said.model;
    said.content += event.delta?.text ?? '';
    said.end = event.delta?.stop_reason ?? said.end;
  }
  return said;
}
const told = (s) => [s.header, s.content, s.end, s.model, s.events.join(' ')];

const { data, response } = await client.messages.create(ask('hello')).withResponse();
tell('create', [
  response.headers.get('x-freehold-backend'),
  data.content[0].text,
  data.stop_reason,
  data.model,
  [data.usage.input_tokens, data.usage.cache_read_input_tokens, data.usage.output_tokens],
]);
tell('stream', told(await streamed('hello')));
tell('cut', told(await streamed('cut')));
const final = await client.messages.stream(ask('cut')).finalMessage();
tell('cut, by the stream helper', [
  final.content.map((block) => [block.type, block.text]),
  final.stop_reason,
]);
const cut = await client.messages.create(ask('cut')).withResponse();
tell('cut, not streamed', [
  cut.response.headers.get('x-freehold-backend'),
  cut.data.content[0].text,
  cut.data.model,
]);

for (const word of ['call', 'call-cut']) {
  const called = await client.messages.stream(ask(word, { tools })).finalMessage();
  tell(word, [
    called.content.map((block) => [block.type, block.text ?? block.name, block.input ?? null]),
    called.stop_reason,
  ]);
}
const called = await client.messages.create(ask('call', { tools }));
const id = called.content.at(-1).id;
const result = await client.messages.create(
  ask('call', {
    tools,
    messages: [
      { role: 'user', content: 'call' },
      { role: 'assistant', content: called.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: '11 C' }] },
    ],
  }),
);
tell('result', result.content[0].text);

const parsed = await client.messages.parse(
  ask('json', { output_config: { format: { type: 'json_schema', schema } } }),
);
tell('json', JSON.parse(parsed.content[0].text));

const thought = await client.messages.create(
  ask('think', { thinking: { type: 'enabled', budget_tokens: 2000 } }),
);
tell('think', [
  thought.content.map((block) => [block.type, block.thinking ?? block.text]),
  thought.usage.output_tokens_details.thinking_tokens,
]);
const long = await client.messages.create(ask('long', { max_tokens: 5 }));
tell('long', [long.content[0].text, long.stop_reason]);

tell('bad', await failed('as they must be', () => client.messages.create(ask('bad'))));
tell('too long', await failed('9 tokens > 8', () => client.messages.create(ask('too-long'))));
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
  await failed('slow down', () => kept(() => client.messages.create(ask('limited', strict('limited'))))),
);
tell('retry after', last.headers.get('retry-after'));
const dead = await client.messages.create(ask('dead', { max_tokens: 8 })).withResponse();
tell('dead', [
  dead.response.headers.get('x-freehold-backend'),
  dead.data.model,
  dead.data.content[0].text.length > 0,
]);
const ended = await streamed('dead', { max_tokens: 8 });
tell('dead, streamed', [ended.header, ended.model, ended.content.length > 0]);

const endless = client.messages.stream(ask('endless'));
let pieces = 0;
endless.on('text', () => {
  if (++pieces === 3) {
    endless.abort();
  }
});
tell('abort', (await failure(() => endless.done()))[0]);
