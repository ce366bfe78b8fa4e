#include "api/push.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "tables/row_text.hpp"
#include "tsflow/text.hpp"

namespace tsflow::http {

namespace {

constexpr std::size_t most_changes = 5'000;    // of one message
constexpr std::size_t most_snapshot = 20'000;  // rows
constexpr std::size_t most_symbols = 2'000;    // of one subscription
constexpr std::size_t most_written = 256;      // messages remembered for other clients
constexpr std::size_t most_refusals = 16;      // that wait for a client that does not read

bool is_wanted(const Table& table, Table::Slot slot, const std::vector<std::string>& symbols) {
    return symbols.empty() ||
           std::binary_search(symbols.begin(), symbols.end(),
                              table.cell(slot, *table.symbol_column()).text, std::less<>{});
}

void append_head(std::string& out, std::string_view type, const Table& table,
                 std::string_view epoch) {
    out += "{\"type\":\"";
    out += type;
    out += "\",\"table\":";
    append_json_text(out, table.name());
    out += ",\"epoch\":";
    append_json_text(out, epoch);
}

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        if (end > 0) {
            parts.emplace_back(list.substr(0, end));
        }
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return parts;
}

}  // namespace

Push::Push(const Tables& tables, std::string epoch) : tables_(tables), epoch_(std::move(epoch)) {}

Message Push::next(Subscription& subscription) {
    const Table& table = tables_[subscription.table];
    if (!subscription.snapshot_due && subscription.sent >= table.sequence()) {
        return nullptr;
    }
    if (written_at_ != tables_.sequence() || written_.size() >= most_written) {
        written_.clear();
        written_at_ = tables_.sequence();
    }
    std::string symbols;
    for (const std::string& symbol : subscription.symbols) {
        symbols += symbol + ',';
    }
    constexpr std::uint64_t from_nothing = std::numeric_limits<std::uint64_t>::max();
    const Wanted wanted{subscription.table,
                        subscription.snapshot_due ? from_nothing : subscription.sent,
                        subscription.snapshot_due ? subscription.per_key : 0, std::move(symbols)};
    auto found = written_.find(wanted);
    if (found == written_.end()) {
        found = written_
                    .emplace(wanted, subscription.snapshot_due ? snapshot(subscription)
                                                               : changes(subscription))
                    .first;
    }
    subscription.sent = found->second.sent;
    subscription.snapshot_due = false;
    return found->second.message;
}

Push::Written Push::snapshot(const Subscription& subscription) const {
    const Table& table = tables_[subscription.table];
    std::vector<Table::Slot> slots;
    const auto add = [&](const Table::Series& series) {
        const std::size_t count = std::min(subscription.per_key, series.slots.size());
        slots.insert(slots.end(), series.slots.end() - static_cast<std::ptrdiff_t>(count),
                     series.slots.end());
    };
    if (subscription.symbols.empty()) {
        table.each_series(add);
    }
    for (const std::string& symbol : subscription.symbols) {
        if (const auto* all = table.of(symbol)) {
            for (const Table::Series* series : *all) {
                add(*series);
            }
        }
    }
    std::sort(slots.begin(), slots.end(), [&](Table::Slot a, Table::Slot b) {
        return table.sequence_of(a) < table.sequence_of(b);
    });
    const std::size_t left_out = slots.size() - std::min(slots.size(), most_snapshot);
    const std::vector<std::size_t> columns = all_columns(table.schema());
    auto text = std::make_shared<std::string>();
    append_head(*text, "snapshot", table, epoch_);
    *text += ",\"sequence\":" + std::to_string(table.sequence());
    *text += ",\"left_out\":" + std::to_string(left_out) + ",\"columns\":[";
    for (const std::size_t column : columns) {
        *text += column == 0 ? "" : ",";
        append_json_text(*text, table.schema()[column].name);
    }
    *text += "],\"rows\":[";
    for (std::size_t i = left_out; i < slots.size(); ++i) {
        *text += i == left_out ? "" : ",";
        append_json_array(*text, table, slots[i], columns);
    }
    *text += "]}";
    return {text, table.sequence()};
}

Push::Written Push::changes(const Subscription& subscription) const {
    const Table& table = tables_[subscription.table];
    const std::vector<std::size_t> columns = all_columns(table.schema());
    auto text = std::make_shared<std::string>();
    append_head(*text, "changes", table, epoch_);
    *text += ",\"from\":" + std::to_string(subscription.sent) + ",\"rows\":[";
    std::size_t rows = 0;
    Table::Slot slot = table.first_behind(subscription.sent);
    std::uint64_t sent = subscription.sent;
    for (; slot != Table::none && rows < most_changes; slot = table.newer(slot)) {
        sent = table.sequence_of(slot);
        if (is_wanted(table, slot, subscription.symbols)) {
            *text += rows++ == 0 ? "" : ",";
            append_json_array(*text, table, slot, columns);
        }
    }
    if (rows == 0) {
        return {nullptr, sent};
    }
    *text += "],\"sequence\":" + std::to_string(sent) + "}";
    return {text, sent};
}

void Subscriber::take(std::string_view text) {
    try {
        const Target target = parse_target("/" + std::string{text});
        if (target.path == "/subscribe") {
            subscribe(target);
        } else if (target.path == "/unsubscribe") {
            target.only({"table"});
            const Table* table = push_.tables().find(target.text("table"));
            std::erase_if(subscriptions_, [&](const Subscription& subscription) {
                return &push_.tables()[subscription.table] == table;
            });
        } else {
            throw BadRequest("", "a message must be subscribe?table=… or unsubscribe?table=…");
        }
    } catch (const BadRequest& refused) {
        std::string answer = "{\"type\":\"error\",\"error\":";
        append_json_text(answer, refused.what());
        answer += ",\"parameter\":";
        append_json_text(answer, refused.parameter());
        if (refusals_.size() < most_refusals) {
            refusals_.push_back(std::make_shared<const std::string>(answer + '}'));
        }
    }
}

void Subscriber::subscribe(const Target& target) {
    target.only({"table", "symbols", "per_key", "since", "epoch"});
    const Tables& tables = push_.tables();
    Subscription wanted;
    const std::string name = target.text("table");
    while (wanted.table < tables.size() && tables[wanted.table].name() != name) {
        ++wanted.table;
    }
    if (wanted.table == tables.size()) {
        throw BadRequest("table", "there is no table '" + name + "'; /api/tables lists them");
    }
    const Table& table = tables[wanted.table];
    wanted.symbols = split(target.text("symbols"));
    std::sort(wanted.symbols.begin(), wanted.symbols.end());
    if (!wanted.symbols.empty() && !table.symbol_column()) {
        throw BadRequest("symbols", "the key of table '" + name + "' holds no symbol");
    }
    if (wanted.symbols.size() > most_symbols) {
        throw BadRequest("symbols", "at most 2000 symbols; leave it out for all");
    }
    constexpr std::int64_t most_per_key = 10'000;
    wanted.per_key = static_cast<std::size_t>(
        target.integer("per_key", table.keeps() == Keeps::all ? 100 : 1, 0, most_per_key));
    const auto since = static_cast<std::uint64_t>(
        target.integer("since", 0, 0, std::numeric_limits<std::int64_t>::max()));
    if (target.text("epoch") == push_.epoch() && since <= table.sequence() &&
        target.find("since") != nullptr) {
        wanted.sent = since;
        wanted.snapshot_due = false;
    }
    std::erase_if(subscriptions_,
                  [&](const Subscription& old) { return old.table == wanted.table; });
    subscriptions_.push_back(std::move(wanted));
}

Message Subscriber::next() {
    if (heartbeat_) {
        return std::exchange(heartbeat_, nullptr);
    }
    if (!refusals_.empty()) {
        Message first = std::move(refusals_.front());
        refusals_.erase(refusals_.begin());
        return first;
    }
    for (std::size_t tried = 0; tried < subscriptions_.size(); ++tried) {
        turn_ = (turn_ + 1) % subscriptions_.size();
        if (Message message = push_.next(subscriptions_[turn_])) {
            return message;
        }
    }
    return nullptr;
}

}  // namespace tsflow::http
