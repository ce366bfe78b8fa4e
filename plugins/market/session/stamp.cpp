#include "session/stamp.hpp"

#include <array>

namespace tsflow::market {

Symbol to_symbol(Status status) {
    static const std::array<Symbol, 4> symbols{Symbol::intern("PROVISIONAL"),
                                               Symbol::intern("SETTLED"), Symbol::intern("FINAL"),
                                               Symbol::intern("RECONCILED")};
    return symbols[static_cast<std::size_t>(status)];
}

void GroupHeader::fill(const Stamp& stamp, const Members& members, std::size_t index) {
    static const Symbol regular = Symbol::intern("rth");
    universe = members.universe(index);
    timestamp = stamp.timestamp;
    trade_date = stamp.trade_date;
    session = regular;
    status = to_symbol(stamp.status);
    as_of = stamp.as_of;
    seq = stamp.sequence;
    rev = stamp.revisions[index];
}

}  // namespace tsflow::market
