#include "flat_file.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "market/bar.hpp"
#include "tsflow/context.hpp"
#include "tsflow/error.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/state.hpp"

namespace tsflow::flat_file {

namespace {

/// Midnight UTC of `date`, or the nearest time that nanoseconds reach.
Timestamp start_of(Date date) {
    using Days = std::chrono::sys_days;
    return std::clamp(Days{date}, std::chrono::ceil<std::chrono::days>(Timestamp::min()),
                      std::chrono::floor<std::chrono::days>(Timestamp::max()));
}

std::uint64_t bytes_of(const std::vector<DataFile>& files, std::size_t count) {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        bytes += files[i].bytes;
    }
    return bytes;
}

}  // namespace

void FlatFile::describe(Options<Config>& options) {
    options
        .required(
            "path", &Config::path,
            "A file; a folder, whose *.csv and *.csv.gz are read at any depth; or a glob with "
            "*, ?, [a-z] and ** (folders at any depth)")
        .such_as("data/us_stocks_sip/minute_aggs_v1");
    options.optional("from", &Config::from,
                     "First day to read: by the date in the file's name, or else by the row's UTC "
                     "date");
    options.optional("to", &Config::to, "Last day to read, inclusive");
    options.optional("symbols", &Config::symbols, "Tickers to keep; empty keeps all");
    options.optional("batch_rows", &Config::batch_rows, "Most rows of a batch")
        .range(1, 1'000'000)
        .in("rows");
    options.check([](const Config& config, OptionProblems& problems) {
        if (config.from && config.to && *config.to < *config.from) {
            problems.push_back({"to", "`to` is " + format_date(*config.to) +
                                          ", before `from`, which is " + format_date(*config.from) +
                                          "; exchange them"});
        }
        if (std::find(config.symbols.begin(), config.symbols.end(), "") != config.symbols.end()) {
            problems.push_back({"symbols", "`symbols` holds an empty ticker; remove it"});
        }
    });
}

FlatFile::FlatFile(Config config) : config_(std::move(config)), rows_(market::bar_schema()) {
    std::sort(config_.symbols.begin(), config_.symbols.end());
}

Ports FlatFile::outputs() const {
    return single(market::bar_schema());
}

std::vector<DataFile> FlatFile::list_files() const {
    return within(find_files(config_.path), config_.from, config_.to, config_.path);
}

void FlatFile::open(Context& context) {
    context_ = &context;
    files_ = list_files();
    next_ = 0;
    position_ = {};
    greatest_before_ = Timestamp::min();
    context.log(Level::info, "reading " + std::to_string(files_.size()) + " files, from '" +
                                 files_.front().name + "' to '" + files_.back().name + "'");
}

void FlatFile::close() noexcept {
    file_.reset();
    files_.clear();
    rows_.truncate(0);
}

void FlatFile::probe(Context& context) {
    const std::vector<DataFile> files = list_files();
    const BarFile readable(files.front().path, filter_for(files.front()), context);
}

RowFilter FlatFile::filter_for(const DataFile& file) const {
    RowFilter filter;
    filter.symbols = config_.symbols;
    if (!file.date && config_.from) {
        filter.begin = start_of(*config_.from);
    }
    if (!file.date && config_.to) {
        filter.last = start_of(*config_.to + Date::duration{1}) - Duration{1};
    }
    return filter;
}

void FlatFile::begin_file(const Place& from) {
    const DataFile& file = files_[next_];
    file_.emplace(file.path, filter_for(file), *context_, from);
}

Poll FlatFile::poll(Emitter& out, Millis /*max_wait*/) {
    if (watermark_due_) {  // downstream, too, has come back to where it stood
        watermark_due_ = false;
        out.watermark(position_.watermark);
    }
    if (!file_) {
        if (next_ == files_.size()) {
            return Poll::done;
        }
        begin_file({});
        position_.file = files_[next_].name;
        position_.place = {};
        position_.rows = 0;
        position_.finished = false;
    }
    const BarFile::Step step = file_->step(rows_, static_cast<std::size_t>(config_.batch_rows));
    if (step != BarFile::Step::more) {
        emit_rows(out);
    }
    if (rows_.empty()) {
        position_.place = file_->place();
        position_.greatest = std::max(greatest_before_, file_->greatest());
    }
    if (step == BarFile::Step::broken) {
        throw Error(file_->failure());
    }
    if (step == BarFile::Step::end) {
        end_file(out);
    }
    return Poll::more;
}

void FlatFile::emit_rows(Emitter& out) {
    if (!rows_.empty()) {
        position_.rows += rows_.rows();
        out.emit(rows_.finish());
    }
}

/// Within a file rows are ordered by ticker and then by time, and so they are over all files of one
/// day: times are only past when a later day begins. Files without a date may hold any time.
void FlatFile::end_file(Emitter& out) {
    const std::optional<Date> date = files_[next_].date;
    file_.reset();
    ++next_;
    position_.finished = true;
    greatest_before_ = position_.greatest;
    const bool all_dated = files_.front().date.has_value();
    const bool past = next_ == files_.size() || (all_dated && files_[next_].date > date);
    if (past && position_.greatest > position_.watermark) {
        position_.watermark = position_.greatest;
        out.watermark(position_.watermark);
    }
}

void FlatFile::position(StateWriter& state) const {
    state.text(position_.file);
    state.integer(static_cast<std::int64_t>(position_.place.offset));
    state.integer(static_cast<std::int64_t>(position_.place.line));
    state.integer(static_cast<std::int64_t>(position_.rows));
    state.boolean(position_.finished);
    state.time(position_.greatest);
    state.time(position_.watermark);
}

void FlatFile::resume(StateReader& state) {
    Position saved;
    saved.file = state.text();
    saved.place.offset = static_cast<std::uint64_t>(state.integer());
    saved.place.line = static_cast<std::uint64_t>(state.integer());
    saved.rows = static_cast<std::uint64_t>(state.integer());
    saved.finished = state.boolean();
    saved.greatest = state.time();
    saved.watermark = state.time();
    position_ = std::move(saved);
    watermark_due_ = position_.watermark > Timestamp::min();
    greatest_before_ = position_.greatest;
    if (position_.file.empty()) {
        return;
    }
    DataFile last;
    last.name = position_.file;
    last.date = date_in_name(last.name);
    const auto at = std::lower_bound(files_.begin(), files_.end(), last, reads_before);
    const bool found = at != files_.end() && at->name == last.name;
    next_ = static_cast<std::size_t>(std::distance(files_.begin(), at));
    if (position_.finished) {
        next_ += found ? 1 : 0;
        return;
    }
    if (!found) {
        throw Error(
            "The saved position is in the file '" + position_.file +
            "', which is not among those of `path` = '" + config_.path.string() +
            "' any more: it is gone, or `path`, `from` or `to` were changed. Bring it back, "
            "or start without the saved state.");
    }
    begin_file(position_.place);
}

std::optional<Progress> FlatFile::progress() const {
    const std::uint64_t reading = file_ ? file_->file_offset() : 0;
    return Progress{bytes_of(files_, next_) + reading, bytes_of(files_, files_.size())};
}

}  // namespace tsflow::flat_file

TSFLOW_PLUGIN("flat_file", "0.1.0") {
    plugin.add<tsflow::flat_file::FlatFile>();
}
