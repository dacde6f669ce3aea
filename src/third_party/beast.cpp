// The compiled half of Boost.Beast (BOOST_BEAST_SEPARATE_COMPILATION): included here and nowhere else.
#include <boost/beast/src.hpp>
