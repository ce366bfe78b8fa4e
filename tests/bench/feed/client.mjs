// client.mjs URL EVENTS: the vendor's client reads and parses all bars; prints the seconds it took.
import { websocketClient } from '@massive.com/client-js';

const [url, wanted] = [process.argv[2], Number(process.argv[3])];
const client = websocketClient('KEY', url.replace('/stocks', '')).stocks();
let start = 0n;
let events = 0;
let volume = 0;
client.onerror = () => process.exit(1);
client.onmessage = ({ data }) => {
    for (const event of JSON.parse(data)) {
        if (event.ev === 'status') {
            if (event.status === 'auth_success') {
                client.send(JSON.stringify({ action: 'subscribe', params: 'AM.*' }));
            }
            continue;
        }
        if (events++ === 0) {
            start = process.hrtime.bigint();
        }
        volume += event.v * event.c;
    }
    if (events >= wanted) {
        console.log(Number(process.hrtime.bigint() - start) / 1e9);
        process.exit(volume > 0 ? 0 : 1);
    }
};
