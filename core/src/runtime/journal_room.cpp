#include "runtime/journal_room.hpp"

namespace tsflow {

bool JournalRoom::left(const JournalFigures& figures, Timestamp now) const {
    if (figures.needed >= figures.next) {
        return true;
    }
    const std::lock_guard lock(mutex_);
    return figures.bytes < max_bytes_ && (ages_.empty() || now - ages_.front().second < max_age_);
}

void JournalRoom::appended(std::uint64_t offset, Timestamp time) {
    constexpr int marks = 64;  // ages are known to this share of the limit
    const std::lock_guard lock(mutex_);
    if (ages_.empty() || time - ages_.back().second >= max_age_ / marks) {
        ages_.emplace_back(offset, time);
    }
}

void JournalRoom::consumed(std::uint64_t offset, std::uint64_t next) {
    const std::lock_guard lock(mutex_);
    if (offset >= next) {
        ages_.clear();
    }
    while (ages_.size() > 1 && ages_[1].first <= offset) {
        ages_.pop_front();
    }
}

}  // namespace tsflow
