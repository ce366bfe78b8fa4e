#include "tables/tables.hpp"

namespace tsflow::http {

bool Mailbox::put(std::size_t input, const Batch& batch) {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, [this] { return shut_ || batches_.empty() || bytes_ < most_bytes_; });
    if (shut_) {
        return false;
    }
    batches_.emplace_back(input, batch);
    bytes_ += batch.bytes();
    return batches_.size() == 1;
}

std::vector<std::pair<std::size_t, Batch>> Mailbox::take() {
    std::vector<std::pair<std::size_t, Batch>> all;
    {
        const std::lock_guard lock(mutex_);
        all.swap(batches_);
        bytes_ = 0;
    }
    taken_.notify_all();
    return all;
}

void Mailbox::shut() {
    {
        const std::lock_guard lock(mutex_);
        shut_ = true;
        batches_.clear();
    }
    taken_.notify_all();
}

Tables::Tables(const Ports& inputs, TableLimits limits) {
    for (const Port& input : inputs) {
        tables_.push_back(std::make_unique<Table>(input.name, input.schema, limits));
    }
}

const Table* Tables::find(std::string_view name) const noexcept {
    for (const auto& table : tables_) {
        if (table->name() == name) {
            return table.get();
        }
    }
    return nullptr;
}

}  // namespace tsflow::http
