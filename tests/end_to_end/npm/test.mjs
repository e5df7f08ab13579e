// The official OpenAI client for JavaScript against a gateway: WEIR_URL and WEIR_API_KEY say where.
import assert from "node:assert/strict";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: `${process.env.WEIR_URL}/v1`, apiKey: process.env.WEIR_API_KEY });
const messages = [{ role: "user", content: "Say hello to Ada" }];
const chat = { model: "weir-demo", messages };
const scripted = (script) => ({ ...chat, metadata: { weir_simulator: script } });

async function fails(promise, kind, status, code) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
    assert.equal(error.status, status);
    assert.equal(error.code, code);
    return true;
  });
}

const tests = {
  async "a whole chat"() {
    const { data, response } = await client.chat.completions.create(chat).withResponse();
    assert.match(data.choices[0].message.content, /Say hello to Ada/);
    assert.equal(data.choices[0].finish_reason, "stop");
    assert.equal(response.headers.get("x-weir-model"), "weir-demo");
  },
  async "a streamed chat"() {
    const whole = await client.chat.completions.create({ ...chat, seed: 7 });
    let text = "";
    for await (const chunk of await client.chat.completions.create({ ...chat, seed: 7, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? "";
    }
    assert.equal(text, whole.choices[0].message.content);
  },
  async "a tool call put together by the client"() {
    const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const stream = client.chat.completions.stream({
      model: "weir-demo",
      messages: [{ role: "user", content: "call get_weather" }],
      tools: [{ type: "function", function: { name: "get_weather", parameters } }],
    });
    const final = await stream.finalChatCompletion();
    const [call] = final.choices[0].message.tool_calls;
    assert.equal(call.function.name, "get_weather");
    assert.deepEqual(Object.keys(JSON.parse(call.function.arguments)), ["city"]);
  },
  async "usage when asked for"() {
    const asked = { ...scripted("tokens=12"), stream: true, stream_options: { include_usage: true } };
    let usage;
    for await (const chunk of await client.chat.completions.create(asked)) usage = chunk.usage ?? usage;
    assert.equal(usage.completion_tokens, 12);
  },
  async "models"() {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    assert.ok(names.includes("weir-demo"));
    assert.equal((await client.models.retrieve("weir-demo")).id, "weir-demo");
  },
  async "a stream that breaks is an error"() {
    let chunks = 0;
    await assert.rejects(async () => {
      for await (const _ of await client.chat.completions.create({ ...scripted("tokens=50,cut=3"), stream: true })) {
        chunks += 1;
      }
    }, OpenAI.APIError);
    assert.ok(chunks > 0);
  },
  async "errors have their classes"() {
    const stranger = client.withOptions({ apiKey: "wrong" });
    await fails(stranger.chat.completions.create(chat), OpenAI.AuthenticationError, 401, "invalid_api_key");
    const unknown = client.chat.completions.create({ ...chat, model: "nobody" });
    await fails(unknown, OpenAI.NotFoundError, 404, "model_not_found");
    const limited = client.chat.completions.create(scripted("fail=429,retry_after=10ms"));
    await fails(limited, OpenAI.RateLimitError, 429, "upstream_rate_limited");
    const hot = client.chat.completions.create({ ...chat, temperature: 3 });
    await fails(hot, OpenAI.BadRequestError, 400, "invalid_value");
  },
  async "a caller that leaves"() {
    const endless = { ...scripted("pace=5ms,tokens=10000"), stream: true };
    const stream = await client.chat.completions.create(endless);
    for await (const _ of stream) break;
    stream.controller.abort();
  },
};

for (const [name, test] of Object.entries(tests)) {
  await test();
  console.log(`ok ${name}`);
}
