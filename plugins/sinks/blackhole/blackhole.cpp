#include "blackhole.hpp"

#include "tsflow/plugin.hpp"

namespace tsflow {

void Blackhole::open(Context& context) {
    rows_ = &context.counter("rows_forgotten");
}

void Blackhole::write(const Batch& batch) {
    rows_->add(batch.rows());
}

}  // namespace tsflow

TSFLOW_PLUGIN("blackhole", "0.1.0") {
    plugin.add<tsflow::Blackhole>();
}
