#include <chrono>
#include <string>
#include <vector>

#include "testing/opened.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::testing {
namespace {

// Short, because a source may really wait that long; a minute of waiting is a source that hangs.
constexpr Millis max_wait{10};
constexpr int most_idle_polls = 6000;

}  // namespace

Batch run(Transform& transform, const std::vector<Batch>& batches, bool finish) {
    if (batches.empty()) {
        throw Error("run() needs at least one batch, whose schema the transform is bound to");
    }
    const Ports outputs = transform.bind({Port{"in", batches.front().schema()}});
    TestContext context;
    CollectingEmitter out;
    const Opened opened{transform, context};
    for (const Batch& batch : batches) {
        transform.process(batch, out);
    }
    if (finish) {
        transform.advance(Timestamp::max(), out);
        transform.finish(out);
    }
    return out.all(outputs.at(0).schema);
}

Batch drain(Source& source, std::size_t rows) {
    const Ports outputs = source.outputs();
    TestContext context;
    CollectingEmitter out;
    const Opened opened{source, context};
    for (int idle = 0; out.rows() < rows;) {
        const Poll result = source.poll(out, max_wait);
        if (result == Poll::done) {
            break;
        }
        if (result == Poll::more) {
            idle = 0;
            continue;
        }
        context.clock_.advance(max_wait);
        if (++idle == most_idle_polls) {
            throw Error("the source was idle " + std::to_string(idle) + " times in a row, after " +
                        std::to_string(out.rows()) + " rows");
        }
    }
    return out.all(outputs.at(0).schema);
}

}  // namespace tsflow::testing
