// client.mjs SIMULATOR: the vendor's client is sent a market by the simulator, asks for the same over
// REST, page by page, and must find the same numbers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { restClient, websocketClient } from '@massive.com/client-js';

const minutes = 500;
const options = {
    symbols: 'AAPL,BRK.B', start: '2026-03-02T14:30:00Z', minutes, speed: 0,
    start_when_subscriptions: 2, api_keys: 'KEY', late_percent: 5, corrections_percent: 10,
};
const simulator = spawn(process.argv[2],
                        Object.entries(options).map(([name, value]) => `--${name}=${value}`),
                        { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = new Promise((resolve) => simulator.on('exit', resolve));

/** What the websocket sends until the simulator closes it: statuses, and the last version of each bar. */
function streamed(url) {
    const bars = new Map();
    const statuses = [];
    return new Promise((resolve, reject) => {
        const client = websocketClient('KEY', url.replace('/stocks', '')).stocks();
        client.onerror = () => reject(new Error('the websocket failed'));
        client.onclose = ({ code }) => resolve({ bars, statuses, code });
        client.onmessage = ({ data }) => {
            for (const event of JSON.parse(data)) {
                if (event.ev === 'status') {
                    statuses.push(event.status);
                } else {
                    bars.set(`${event.sym} ${event.s}`, event);
                }
                if (event.status === 'auth_success') {
                    client.send(JSON.stringify({ action: 'subscribe', params: 'AM.AAPL,AM.BRK.B' }));
                }
            }
        };
    });
}

/** Closes the websocket, behind all that is sent, when the market is over. */
async function closeAtTheEnd(control) {
    while (!(await (await fetch(`${control}/status`)).json()).done) {
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await fetch(`${control}/drop?code=1001`, { method: 'POST' });
}

try {
    const lines = createInterface({ input: simulator.stdout });
    const urls = JSON.parse(await new Promise((resolve) => lines.once('line', resolve)));
    const [{ bars, statuses, code }] =
        await Promise.all([streamed(urls.websocket), closeAtTheEnd(urls.control)]);
    assert.deepEqual(statuses, ['connected', 'auth_success', 'success', 'success']);
    assert.equal(code, 1001);
    assert.equal(bars.size, 2 * minutes);

    const rest = restClient('KEY', urls.rest, { pagination: true });
    for (const ticker of ['AAPL', 'BRK.B']) {
        const reply = await rest.getStocksAggregates({
            stocksTicker: ticker, multiplier: '1', timespan: 'minute', from: '2026-03-02',
            to: '2026-03-03', adjusted: 'false', sort: 'asc', limit: '120',
        });
        assert.equal(reply.status, 'OK');
        assert.equal(reply.results.length, minutes);
        // The client puts later pages first.
        reply.results.sort((a, b) => a.t - b.t);
        for (const [i, row] of reply.results.entries()) {
            const bar = bars.get(`${ticker} ${row.t}`);
            assert.equal(row.t, Date.UTC(2026, 2, 2, 14, 30 + i));
            assert.deepEqual([bar.o, bar.h, bar.l, bar.c, bar.vw, Number(bar.dv)],
                             [row.o, row.h, row.l, row.c, row.vw, row.v]);
        }
    }
    const tickers = await rest.listTickers({ market: 'stocks' });
    assert.deepEqual(tickers.results.map(({ ticker }) => ticker), ['AAPL', 'BRK.B']);
    assert.equal((await rest.getMarketStatus()).market, 'open');
    await assert.rejects(restClient('WRONG', urls.rest).getMarketStatus(),
                         ({ response }) => response.status === 401);
    console.log(`the vendor's client was sent ${bars.size} bars and found them all over REST`);
} finally {
    simulator.kill();
}
assert.equal(await ended, 0);
