#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "tables/table.hpp"
#include "tsflow/batch.hpp"
#include "tsflow/node.hpp"

namespace tsflow::http {

/// Batches on their way from the pipeline's thread to the server's. Holds references, so that the
/// pipeline does no work for it.
class Mailbox {
public:
    explicit Mailbox(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// True when the mailbox was empty, so that its reader must be told. Waits while it is full, which
    /// takes a reader that has had no processor for the time of `most_bytes` of rows.
    bool put(std::size_t input, const Batch& batch);
    /// All that came, in order; empty when nothing did.
    std::vector<std::pair<std::size_t, Batch>> take();
    /// Nobody reads any more: put() drops and returns at once.
    void shut();

private:
    std::mutex mutex_;
    std::condition_variable taken_;
    std::vector<std::pair<std::size_t, Batch>> batches_;
    std::size_t bytes_ = 0;
    std::size_t most_bytes_;
    bool shut_ = false;
};

/// The tables of a server, one for each input, in the order of the inputs.
class Tables {
public:
    Tables(const Ports& inputs, TableLimits limits);

    void apply(std::size_t input, const Batch& batch) { tables_[input]->apply(batch, sequence_); }

    std::size_t size() const noexcept { return tables_.size(); }
    const Table& operator[](std::size_t index) const noexcept { return *tables_[index]; }
    /// Null when no input is called so.
    const Table* find(std::string_view name) const noexcept;
    std::uint64_t sequence() const noexcept { return sequence_; }

private:
    std::vector<std::unique_ptr<Table>> tables_;
    std::uint64_t sequence_ = 0;
};

}  // namespace tsflow::http
